import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { SUBPROTOCOL } from '@deskside/protocol';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type GatewayOnFakes, INDEX, startGatewayOnFakes, TOKEN } from './testing/gateway-on-fakes.ts';
import { HandshakeRefused, openSocket } from './testing/socket-client.ts';

let desktop: GatewayOnFakes;

const until = (condition: () => boolean) => vi.waitUntil(condition, { timeout: 10_000, interval: 5 });

beforeEach(async () => {
  desktop = await startGatewayOnFakes();
});
afterEach(() => desktop[Symbol.asyncDispose]());

interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  body: string;
}

/** One request; `fetch` would not let a test choose Host or see a redirect's cookie. */
async function ask(path: string, headers: Record<string, string> = {}, form?: string): Promise<Answer> {
  const { port } = desktop.gateway;
  const request = httpRequest({
    port,
    path,
    headers,
    method: form === undefined ? 'GET' : 'POST',
    agent: false,
  });
  request.end(form);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const body = (await response.toArray()).join('');
  return { status: response.statusCode!, headers: response.headers, body };
}

/** The cookie that a browser gets at this host. */
async function signIn(host = `127.0.0.1:${desktop.gateway.port}`): Promise<string> {
  const { headers } = await ask(`/?token=${TOKEN}`, { Host: host });
  return headers['set-cookie']![0]!.split(';')[0]!;
}

describe('the page', () => {
  it('without a token is the sign-in page', async () => {
    const { status, body, headers } = await ask('/');
    expect(status).toBe(401);
    expect(body).toContain('<body class="sign-in">');
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['content-security-policy']).toBe(
      "default-src 'self'; frame-ancestors 'self' vscode-webview:",
    );
    expect(body + JSON.stringify(headers)).not.toContain(TOKEN);
  });

  it('exchanges the token for a cookie at the page’s own address, below any prefix', async () => {
    const { status, headers } = await ask(`/?view=1%3A1&token=${TOKEN}&transport=websocket`);
    expect(status).toBe(303);
    expect(headers.location).toBe('?view=1%3A1&transport=websocket');
    const cookie = headers['set-cookie']![0]!;
    expect(cookie).toMatch(/^deskside-abc123=[\w.-]+; HttpOnly; SameSite=Lax$/);
    expect(cookie).not.toContain(TOKEN);
    const page = await ask('/', { Cookie: cookie.split(';')[0]! });
    expect(page).toMatchObject({ status: 200, body: INDEX });
  });

  it('keeps the cookie to HTTPS where the browser uses it', async () => {
    const { headers } = await ask(`/?token=${TOKEN}`, { 'X-Forwarded-Proto': 'https' });
    expect(headers['set-cookie']![0]).toMatch(/; Secure$/);
  });

  it('does not send a browser around that has its cookie: some proxies add the token again', async () => {
    const { status } = await ask(`/?token=${TOKEN}`, { Cookie: await signIn() });
    expect(status).toBe(200);
  });

  it('does not exchange the token in a frame of another site, which can have no cookie', async () => {
    const frame = { 'Sec-Fetch-Dest': 'iframe', 'Sec-Fetch-Site': 'cross-site' };
    expect(await ask(`/?token=${TOKEN}`, frame)).toMatchObject({ status: 200 });
  });

  it('takes a bearer token', async () => {
    expect(await ask('/', { Authorization: `Bearer ${TOKEN}` })).toMatchObject({ status: 200 });
    expect(await ask('/', { Authorization: 'Bearer wrong' })).toMatchObject({ status: 401 });
  });

  it.each(['x', `${TOKEN}x`, TOKEN.slice(1)])('is closed to the wrong token %j', async (token) => {
    const { status, body, headers } = await ask(`/?token=${token}`);
    expect(status).toBe(401);
    expect(headers['set-cookie']).toBeUndefined();
    expect(body).not.toContain(TOKEN);
  });

  it.each([
    ['made up', 'deskside-abc123=MTI3LjAuMC4x.AAAA'],
    ['empty', 'deskside-abc123='],
    ['the token itself', `deskside-abc123=${TOKEN}`],
  ])('is closed to a cookie that is %s', async (_, cookie) => {
    expect(await ask('/', { Cookie: cookie })).toMatchObject({ status: 401 });
  });

  it('is closed to a cookie of another desktop', async () => {
    await using other = await startGatewayOnFakes({ instanceId: 'other', token: `${TOKEN}2` });
    const cookie = (await signIn()).replace('abc123', 'other');
    const answer = await fetch(other.gateway.url, { headers: { cookie } });
    expect(answer.status).toBe(401);
  });

  it('is closed to a cookie at a host where it was not given', async () => {
    const cookie = await signIn('box:6080');
    expect(await ask('/', { Cookie: cookie, Host: 'box:6080' })).toMatchObject({ status: 200 });
    const { status, body } = await ask('/', { Cookie: cookie, Host: 'evil.example' });
    expect(status).toBe(403);
    expect(body).toContain('--allowed-origins');
  });
});

describe('assets', () => {
  it('are public, compressed, and not sent twice', async () => {
    const headers = { 'Accept-Encoding': 'gzip, br' };
    const first = await ask('/page.js', headers);
    expect(first.status).toBe(200);
    expect(first.headers).toMatchObject({
      'content-encoding': 'br',
      'content-type': 'text/javascript; charset=utf-8',
      'x-content-type-options': 'nosniff',
    });
    const again = await ask('/page.js', { ...headers, 'If-None-Match': first.headers.etag! });
    expect(again).toMatchObject({ status: 304, body: '' });
  });

  it.each(['/page.js.map', '/../package.json', '/%2e%2e/package.json', '//page.js', '/nothing', '/ws/x'])(
    'do not reach beyond the page: %s',
    async (path) => {
      expect(await ask(path)).toMatchObject({ status: 404 });
    },
  );

  it('cannot be written', async () => {
    expect(await ask('/page.js', {}, 'x')).toMatchObject({ status: 405 });
  });

  it('tell health to everybody', async () => {
    expect(await ask('/healthz')).toMatchObject({ status: 200, body: '{"status":"ok"}\n' });
  });

  it('are named when they are missing', async () => {
    await expect(startGatewayOnFakes({ pageDirectory: '/nowhere' })).rejects.toThrow(/npm run build/);
  });
});

describe('a socket', () => {
  const welcomed = async (path: string, headers: Record<string, string>, token?: string) => {
    const client = await openSocket(desktop.gateway, path, headers);
    client.hello(token);
    await until(() => client.messages.length > 0);
    client.socket.terminate();
    return client.messages[0]!;
  };
  const own = () => `http://127.0.0.1:${desktop.gateway.port}`;

  it('is let in by the token in its address, its head or its first message, from any page', async () => {
    const headers = { Origin: 'https://evil.example', Host: 'any.example' };
    expect(await welcomed(`/ws?token=${TOKEN}`, headers)).toMatchObject({
      type: 'welcome',
      role: 'controller',
    });
    expect(await welcomed('/ws', { ...headers, Authorization: `Bearer ${TOKEN}` })).toMatchObject({
      type: 'welcome',
    });
    expect(await welcomed('/ws', headers, TOKEN)).toMatchObject({ type: 'welcome' });
  });

  it('is let in by the cookie from its own page', async () => {
    const headers = { Cookie: await signIn(), Origin: own() };
    expect(await welcomed('/ws', headers)).toMatchObject({ type: 'welcome' });
  });

  it.each([
    ['another page', { Origin: 'https://evil.example' }],
    ['another port', { Origin: 'http://127.0.0.1:3000' }],
    ['no page', {}],
    ['another host', { Origin: 'http://evil.example', Host: 'evil.example' }],
  ])('is refused the cookie from %s, with 403', async (_, headers) => {
    const opening = openSocket(desktop.gateway, '/ws', { Cookie: await signIn(), ...headers });
    const error = await opening.catch((error: unknown) => error);
    expect(error).toBeInstanceOf(HandshakeRefused);
    expect(error).toMatchObject({ status: 403, body: expect.stringContaining('"reason":"origin"') });
  });

  it('with a cookie that the browser added is judged by its own token, if it says so', async () => {
    const headers = { Cookie: await signIn(), Origin: 'http://127.0.0.1:3000' };
    expect(await welcomed('/ws?auth=hello', headers, TOKEN)).toMatchObject({ type: 'welcome' });
    expect(await welcomed('/ws?auth=hello', headers)).toMatchObject({ type: 'refused', reason: 'token' });
    expect(await welcomed('/ws?auth=hello', headers, 'wrong')).toMatchObject({
      type: 'refused',
      reason: 'token',
    });
  });

  it('is refused without a token, and with a wrong one', async () => {
    const client = await openSocket(desktop.gateway);
    client.hello();
    expect(await client.closed).toEqual({ code: 4401, reason: 'token' });
    expect(client.messages[0]).toMatchObject({
      type: 'refused',
      remedy: expect.stringContaining('deskside url'),
    });
    await expect(openSocket(desktop.gateway, '/ws?token=wrong')).rejects.toMatchObject({ status: 401 });
  });

  it('lets a right token in at once while wrong ones wait', async () => {
    const wrong = Array.from({ length: 80 }, () => ask('/?token=wrong').catch(() => undefined));
    await Promise.any(wrong.map(async (answer) => expect(await answer).toMatchObject({ status: 429 })));
    expect(await welcomed('/ws', {}, TOKEN)).toMatchObject({ type: 'welcome' });
  });

  it('has one address', async () => {
    await expect(openSocket(desktop.gateway, '/other')).rejects.toMatchObject({ status: 404 });
    expect(await ask('/ws')).toMatchObject({ status: 401 });
    expect(await ask('/ws', { Authorization: `Bearer ${TOKEN}` })).toMatchObject({ status: 426 });
    expect(await ask('/ws', { Cookie: await signIn(), Origin: 'http://x' }, '')).toMatchObject({
      status: 403,
    });
  });

  it('names both versions to a viewer of another one', async () => {
    const client = await openSocket(desktop.gateway);
    client.hello(TOKEN, 7);
    expect(await client.closed).toEqual({ code: 4409, reason: 'version' });
    expect(client.messages[0]).toMatchObject({ type: 'refused', message: expect.stringMatching(/1.*7/) });
  });
});

it('says why no picture was taken', async () => {
  const screenshot = () => Promise.reject(new Error('The screen has 8 bits a pixel.'));
  await using blind = await startGatewayOnFakes({ screenshot });
  const answer = await fetch(new URL('screenshot', blind.gateway.url), {
    headers: { authorization: `Bearer ${TOKEN}` },
  });
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({
    message: expect.stringContaining('8 bits a pixel'),
    remedy: expect.stringContaining('deskside logs'),
  });
});

describe('rubbish', () => {
  /** Connects, signs in if told to, sends, and answers how the streamer closed. */
  async function closeAfter(data: string | Uint8Array, signedIn = true) {
    const client = await openSocket(desktop.gateway);
    if (signedIn) {
      client.hello(TOKEN);
      await until(() => client.messages.length > 0);
    }
    client.socket.send(data);
    return client.closed;
  }

  it.each([
    ['text that is no JSON', 'rubbish'],
    ['an unknown type', '{"type":"format-disk"}'],
    ['no type', '{}'],
    ['a number out of range', '{"type":"resize","width":1e9,"height":600,"scale":1}'],
    ['a fraction of a pixel', '{"type":"resize","width":800.5,"height":600,"scale":1}'],
    ['a code that is none', '{"type":"key","code":"../../etc","down":true}'],
    ['a text too long', JSON.stringify({ type: 'text', text: 'x'.repeat(5000) })],
    ['a second hello', '{"type":"hello","version":1,"codecs":[]}'],
    ['no bytes', new Uint8Array(0)],
    ['bytes of an unknown type', new Uint8Array([0xff, 1, 2, 3])],
    ['bytes cut short', new Uint8Array([0x11, 0])],
    ['buttons that no mouse has', new Uint8Array([0x11, 0xff, 0, 0, 0, 0, 0, 0, 0, 0])],
  ])('is answered with a named reason: %s', async (_, data) => {
    expect(await closeAfter(data)).toEqual({ code: 4400, reason: 'message' });
  });

  it('too large is refused before it is read', async () => {
    expect(await closeAfter('x'.repeat(300_000))).toMatchObject({ code: 1009 });
  });

  it.each([
    ['bytes', new Uint8Array([0x11])],
    ['another message', '{"type":"ping","time":1}'],
    ['a large hello', JSON.stringify({ type: 'hello', version: 1, codecs: [], token: 'x'.repeat(9000) })],
  ])('before hello is refused: %s', async (_, data) => {
    expect(await closeAfter(data, false)).toEqual({ code: 4400, reason: 'message' });
  });

  it('of any kind closes the socket with a reason, or does what it says; the desktop goes on', async () => {
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 64 }),
      fc.uint8Array({ maxLength: 40 }).map((bytes) => new Uint8Array([0x10 + (bytes.length % 4), ...bytes])),
      fc.string(),
      fc.json(),
      fc
        .record({
          type: fc.constantFrom('key', 'text', 'held', 'resize', 'ping', 'hello'),
          code: fc.string(),
        })
        .map((message) => JSON.stringify(message)),
    );
    await fc.assert(
      fc.asyncProperty(anything, async (data) => {
        const client = await openSocket(desktop.gateway);
        client.hello(TOKEN);
        client.socket.send(data);
        client.send({ type: 'ping', time: 1 });
        const answered = until(() => client.messages.some(({ type }) => type === 'pong'));
        const outcome = await Promise.race([client.closed, answered]);
        if (outcome !== true) expect(outcome).toEqual({ code: 4400, reason: 'message' });
        client.socket.terminate();
      }),
      { numRuns: 60 },
    );
    expect(await ask('/healthz')).toMatchObject({ status: 200 });
    await until(() => desktop.gateway.viewers === 0);
  });

  it('on the bare port ends that connection only', async () => {
    for (const bytes of [
      '\0\0\0\0',
      'GET / HTTP/1.1\r\n: x\r\n\r\n',
      `GET / HTTP/1.1\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`,
    ]) {
      const socket = connect(desktop.gateway.port, '127.0.0.1');
      socket.on('error', () => {});
      socket.write(bytes);
      await new Promise((resolve) => socket.resume().on('close', resolve));
    }
    expect(await ask('/healthz')).toMatchObject({ status: 200 });
  });
});

describe('viewers', () => {
  it('see the same, and nothing while nothing moves', async () => {
    const { gateway, media } = desktop;
    const clients = await Promise.all([openSocket(gateway), openSocket(gateway)]);
    for (const client of clients) client.hello(TOKEN);
    await until(() => clients.every(({ messages }) => messages.some(({ type }) => type === 'stream')));
    const stream = media.streams[0]!;
    stream.change();
    await until(() => clients.every(({ binary }) => binary.length === 1));
    expect(clients[0]!.binary[0]).toEqual(clients[1]!.binary[0]);
    const before = clients.map(({ messages, binary }) => messages.length + binary.length);
    for (const client of clients) client.send({ type: 'ping', time: 5 });
    await until(() => clients.every(({ messages }) => messages.at(-1)!.type === 'pong'));
    expect(clients.map(({ messages, binary }) => messages.length + binary.length - 1)).toEqual(before);
    for (const client of clients) client.socket.close();
    await until(() => gateway.viewers === 0);
  });

  it('that vanish let go of their keys', async () => {
    const client = await openSocket(desktop.gateway);
    client.hello(TOKEN);
    await until(() => client.messages.length > 0);
    client.send({ type: 'key', code: 'KeyQ', down: true });
    await until(() => desktop.display.log.includes('KeyQ down'));
    client.socket.terminate();
    await until(() => desktop.display.log.includes('KeyQ up'));
  });

  it('hear of the end', async () => {
    const client = await openSocket(desktop.gateway);
    client.hello(TOKEN);
    await until(() => client.messages.length > 0);
    expect(client.socket.protocol).toBe(SUBPROTOCOL);
    await desktop.gateway[Symbol.asyncDispose]();
    expect(await client.closed).toEqual({ code: 4000, reason: 'ended' });
  });
});

it('says who may hold a port that is taken, and which setting changes it', async () => {
  const { port } = desktop.gateway;
  await expect(startGatewayOnFakes({ port })).rejects.toThrow(
    new RegExp(`Port ${port} .*in use.*ss -ltnp.*--port \\(DESKSIDE_PORT`),
  );
});
