import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, normalize } from 'node:path';
import type { Page } from 'playwright-core';
import type { CodeServer } from './code-server.ts';

/** Serves a folder to pages of every origin. */
export class FolderServer implements AsyncDisposable {
  readonly origin: string;
  readonly #close: () => void;

  static async start(folder: string): Promise<FolderServer> {
    const server = createServer(async (request, response) => {
      const file = await readFile(join(folder, normalize(new URL(request.url!, 'http://x').pathname))).catch(
        () => undefined,
      );
      response.writeHead(file ? 200 : 404, { 'access-control-allow-origin': '*' }).end(file);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return new FolderServer(`http://127.0.0.1:${port}`, () => server.close());
  }

  private constructor(origin: string, close: () => void) {
    this.origin = origin;
    this.#close = close;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#close();
  }
}

/**
 * Makes of a page's workbench one without a server behind it, as vscode.dev is: its only extension host is a worker of
 * the page, without Node, and has this extension.
 *
 * @param extension address of the extension's folder
 */
export async function withoutServer(page: Page, { origin }: CodeServer, extension: string): Promise<void> {
  // A page that was changed on its way comes from no address that Chromium knows as this machine's.
  await page.context().grantPermissions(['local-network-access']);
  const { protocol, host } = new URL(extension);
  const location = { scheme: protocol.slice(0, -1), authority: host, path: '/' };
  await page.route(
    (url) => url.origin === origin && url.pathname === '/',
    async (route) => {
      const answer = await route.fetch();
      const { 'content-security-policy': _, ...headers } = answer.headers();
      const setting = `"additionalBuiltinExtensions":[${JSON.stringify(location)}],`;
      const html = (await answer.text()).replace(
        'data-settings="{',
        `data-settings="{${setting.replaceAll('"', '&quot;')}`,
      );
      await route.fulfill({ response: answer, headers, body: html });
    },
  );
  await page.route('**/workbench/workbench.js', async (route) => {
    const answer = await route.fetch();
    const script = (await answer.text()).replace(
      'remoteAuthority:location.host',
      'remoteAuthority:undefined',
    );
    await route.fulfill({ response: answer, body: script });
  });
}
