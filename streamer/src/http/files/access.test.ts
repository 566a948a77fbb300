import { once } from 'node:events';
import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import type { Role } from '@deskside/protocol';
import { describe, expect, it, vi } from 'vitest';
import { TOKEN } from '../testing/gateway-on-fakes.ts';
import {
  addressOf,
  ask,
  bearer,
  content,
  create,
  desktop,
  folder,
  Line,
  restart,
  shares,
  tus,
  VIEWER_TOKEN,
} from './testing/gateway-with-files.ts';

describe('who may', () => {
  const requests = {
    list: () => ask('files', {}, VIEWER_TOKEN),
    download: () => ask('files/content?path=x', {}, VIEWER_TOKEN),
    upload: () => create({ filename: 'x' }, 1, VIEWER_TOKEN),
  };

  it.each(Object.entries(requests))('who only watches may not %s', async (_, request) => {
    const answer = await request();
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ reason: 'role' });
  });

  it('who was handed the keyboard may, and no longer once it is taken back', async () => {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'x'), 'x');
    using watcher = await openWatcher();
    const statuses = async (given = watcher.visit) => {
      const headers = { 'Deskside-Visit': given };
      const answers = [
        ask('files', { headers }, VIEWER_TOKEN),
        ask(`files/content?path=x&visit=${given}`, {}, VIEWER_TOKEN),
        create({ filename: 'y' }, 1, VIEWER_TOKEN, headers),
      ];
      return (await Promise.all(answers)).map(({ status }) => status);
    };
    expect(await statuses()).toEqual([403, 403, 403]);
    await watcher.becomes('controller');
    expect(await statuses()).toEqual([200, 200, 201]);
    expect(await statuses('guessed')).toEqual([403, 403, 403]);
    await watcher.becomes('viewer');
    expect(await statuses()).toEqual([403, 403, 403]);
  });

  it('what is under way ends once the keyboard is taken back', async () => {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'endless'), '');
    await truncate(join(folder, 'endless'), 2 ** 40);
    using watcher = await openWatcher();
    await watcher.becomes('controller');
    const headers = { 'Deskside-Visit': watcher.visit };
    const file = await ask('files/content?path=endless', { headers }, VIEWER_TOKEN);
    const archive = await ask('files/archive?path=', { headers }, VIEWER_TOKEN);
    const { pathname } = await addressOf(await create({ filename: 'x' }, 1000, VIEWER_TOKEN, headers));
    const line = await Line.open({ ...bearer(VIEWER_TOKEN), ...headers });
    const upload = pathname.split('/').at(-1);
    line.begin({ method: 'PATCH', upload, headers: { ...tus, 'Upload-Offset': '0' } }, 1000);
    line.send(new Uint8Array(500));
    await vi.waitUntil(() => line.received === 500);

    await watcher.becomes('viewer');
    await Promise.all([
      expect(readAll(file)).rejects.toThrow('terminated'),
      expect(readAll(archive)).rejects.toThrow('terminated'),
      expect(line.answer()).resolves.toMatchObject({ status: 403, body: expect.stringContaining('role') }),
    ]);
    line.close();
  });

  it('a download by a link ends once that is revoked', async () => {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'endless'), '');
    await truncate(join(folder, 'endless'), 2 ** 40);
    const { share, token } = await shares.create('controller', 60_000);
    const file = await ask('files/content?path=endless', {}, token);
    await shares.revoke(share.id);
    await expect(readAll(file)).rejects.toThrow('terminated');
  });

  it('nobody without a token', async () => {
    for (const path of [
      'files',
      'files/content?path=x',
      'files/uploads',
      `files/uploads/${'0'.repeat(32)}`,
    ]) {
      for (const method of ['GET', 'POST', 'PATCH', 'HEAD', 'DELETE']) {
        expect((await fetch(new URL(path, desktop.gateway.url), { method })).status).toBe(401);
      }
    }
  });

  it.each([
    ['in', 201, 403, { type: 'files', in: true, out: false }],
    ['out', 403, 200, { type: 'files', in: false, out: true }],
    ['none', 403, 403, undefined],
  ] as const)('with --files %s: uploads %i, downloads %i', async (ways, uploads, downloads, offer) => {
    await restart(ways);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'x'), 'x');
    expect((await create({ filename: 'y' }, 1)).status).toBe(uploads);
    expect((await content('x')).status).toBe(downloads);
    expect((await ask('files')).status).toBe(downloads);
    using client = await openViewer();
    expect(client.messages.find(({ type }) => type === 'files')).toEqual(offer && { ...offer, folder });
  });

  it('pages of other origins with the token, not with the cookie', async () => {
    const preflight = await fetch(new URL('files/uploads', desktop.gateway.url), { method: 'OPTIONS' });
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
    expect(preflight.headers.get('access-control-allow-headers')).toContain('Upload-Checksum');
    const signedIn = await fetch(`${desktop.gateway.url}?token=${TOKEN}`, { redirect: 'manual' });
    const cookie = signedIn.headers.get('set-cookie')!.split(';')[0]!;
    const asked = await request('GET', '/files', { Cookie: cookie, Origin: 'https://evil.example' });
    expect(asked.status).toBe(403);
    expect(asked.headers['access-control-allow-credentials']).toBeUndefined();
    const posted = await request('POST', '/files/uploads', { Cookie: cookie, 'Tus-Resumable': '1.0.0' });
    expect(posted.status).toBe(403);
    expect((await request('GET', '/files', { Cookie: cookie })).status).toBe(200);
  });
});

/** `fetch` does not let a test choose Origin. */
async function request(method: string, path: string, headers: Record<string, string>) {
  const sent = httpRequest({ port: desktop.gateway.port, path, method, headers, agent: false });
  sent.end();
  const [response] = await once(sent, 'response');
  response.resume();
  return { status: response.statusCode as number, headers: response.headers as Record<string, string> };
}

async function readAll({ body }: Response): Promise<void> {
  for await (const _ of body!);
}

/** Somebody who only watches, and an owner who makes more and less of them. */
async function openWatcher() {
  const owner = await openViewer();
  const watcher = await openViewer(VIEWER_TOKEN);
  const { viewer, visit } = watcher.messages.find((message) => message.type === 'welcome')!;
  const becomes = async (role: Role): Promise<void> => {
    owner.send({ type: 'set-role', viewer, role });
    await vi.waitUntil(() => watcher.messages.findLast((message) => message.type === 'role')?.role === role);
  };
  const leave = (): void => {
    owner[Symbol.dispose]();
    watcher[Symbol.dispose]();
  };
  return { visit: visit!, becomes, [Symbol.dispose]: leave };
}

async function openViewer(token = TOKEN) {
  const { openSocket } = await import('../testing/socket-client.ts');
  const client = await openSocket(desktop.gateway, `/ws?token=${token}`);
  client.hello();
  await vi.waitUntil(() => client.messages.some(({ type }) => type === 'stream'), { timeout: 10_000 });
  return Object.assign(client, { [Symbol.dispose]: () => client.socket.close() });
}
