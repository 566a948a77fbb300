import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { ChunkSize } from './chunks.ts';
import { FilesClient } from './files-client.ts';
import { UploadLine } from './upload-line.ts';
import { UploadStack } from './upload-stack.ts';

/** What tus-js-client sees of a streamer, or of a proxy in front, that answers with this status. */
async function asked(status: number): Promise<number> {
  const server = createServer((_, response) => response.writeHead(status).end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const desktop = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const client = new FilesClient(desktop, 'token', () => undefined);
  using line = new UploadLine(client.line);
  try {
    const request = new UploadStack(client, line, new ChunkSize()).createRequest(
      'HEAD',
      `${client.uploads}/x`,
    );
    return (await request.send(null)).getStatus();
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

it.each([404, 410])('an upload that is gone, %i, is known to be: it begins anew', async (status) => {
  expect(await asked(status)).toBe(status);
});

it.each([401, 403, 429, 502, 503])('one that %i hides for a while is not taken for gone', async (status) => {
  await expect(asked(status)).rejects.toMatchObject({ name: 'FilesError', status });
});
