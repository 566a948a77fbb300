import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { type Bridge, type BridgeSession, openBridge } from './bridge.ts';

const SESSION = 'abcdefghij-0123456789';
const APP = '/@me/ws.main/apps/deskside/';

let deployment: Server;
let seen: IncomingMessage[];
let bridge: Bridge;
let session: BridgeSession;
/** Where Coder sends whoever has no session; undefined while there is one. */
let signIn: string | undefined;

beforeEach(async () => {
  seen = [];
  signIn = undefined;
  deployment = createServer((request, response) => {
    seen.push(request);
    if (signIn) {
      response.writeHead(303, { location: signIn }).end();
      return;
    }
    response
      .writeHead(200, { 'set-cookie': 'coder_signed_app_token=x', 'content-type': 'text/plain' })
      .end('page');
  });
  const sockets = new WebSocketServer({ noServer: true });
  sockets.on('connection', (socket, request) => {
    seen.push(request);
    socket.on('message', (data, binary) => socket.send(data, { binary }));
  });
  deployment.on('upgrade', (request, socket, head) => {
    if (signIn) socket.end(`HTTP/1.1 303 See Other\r\nLocation: ${signIn}\r\nConnection: close\r\n\r\n`);
    else
      sockets.handleUpgrade(request, socket, head, (opened) => sockets.emit('connection', opened, request));
  });
  deployment.listen(0, '127.0.0.1');
  await once(deployment, 'listening');
  const { port } = deployment.address() as AddressInfo;
  session = { token: async () => SESSION, onRefused: vi.fn() };
  bridge = await openBridge(new URL(`http://127.0.0.1:${port}${APP}`), {
    token: () => session.token(),
    onRefused: () => session.onRefused(),
  });
});

afterEach(async () => {
  await bridge[Symbol.asyncDispose]();
  deployment.closeAllConnections();
  deployment.close();
});

test('a request reaches the app with the session as a cookie only', async () => {
  const response = await fetch(`${bridge.base}assets/page.js?x=1`, { headers: { cookie: 'other=1' } });
  expect(await response.text()).toBe('page');
  expect(seen[0]?.url).toBe(`${APP}assets/page.js?x=1`);
  expect(seen[0]?.headers.cookie).toBe(`coder_session_token=${SESSION}`);
  const others = { ...seen[0]?.headers, cookie: '' };
  expect(JSON.stringify([others, seen[0]?.url])).not.toContain(SESSION);
});

test("the deployment's cookies do not reach the webview", async () => {
  const response = await fetch(bridge.base);
  expect(response.headers.get('set-cookie')).toBeNull();
});

test('a WebSocket passes both ways', async () => {
  const socket = new WebSocket(`${bridge.base.replace('http', 'ws')}ws`);
  await once(socket, 'open');
  socket.send('a key');
  const [answer] = await once(socket, 'message');
  expect(String(answer)).toBe('a key');
  expect(seen[0]?.headers.cookie).toBe(`coder_session_token=${SESSION}`);
  socket.close();
});

test('whoever does not know the path is refused, and nothing reaches the deployment', async () => {
  const { origin } = new URL(bridge.base);
  await fc.assert(
    fc.asyncProperty(fc.webPath(), async (path) => {
      expect((await fetch(`${origin}${path}`)).status).toBe(404);
    }),
    { numRuns: 50 },
  );
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/guess/ws`);
  const [error] = await once(socket, 'error');
  expect(String(error)).toContain('404');
  expect(seen).toEqual([]);
});

test('a path that leads out of the app is refused', async () => {
  const { hostname, port, pathname } = new URL(bridge.base);
  for (const path of [
    '..%2f..%2fapi/v2/users/me',
    '../../api/v2/users/me',
    '//evil.example/x',
    'http://evil.example/',
  ]) {
    const { request } = await import('node:http');
    const asked = request({ hostname, port, path: `${pathname}${path}` }).end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    response.resume();
    const reached = seen.at(-1)?.url;
    expect(reached === undefined || reached.startsWith(APP)).toBe(true);
  }
});

test('a page that was rebound to this address by its name is refused', async () => {
  const { hostname, port, pathname } = new URL(bridge.base);
  const { request } = await import('node:http');
  const asked = request({ hostname, port, path: pathname, headers: { host: `evil.example:${port}` } }).end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  response.resume();
  expect(response.statusCode).toBe(404);
});

test('a deployment that is gone is an error that says so', async () => {
  deployment.closeAllConnections();
  deployment.close();
  await once(deployment, 'close');
  const response = await fetch(bridge.base);
  expect(response.status).toBe(502);
  expect(await response.text()).toContain('did not answer');
});

test.for([
  ['an app below a path', 'http://127.0.0.1/login?redirect=x'],
  ['an app with a host of its own', 'http://127.0.0.1/api/v2/applications/auth-redirect?redirect_uri=x'],
])(
  'a session that ended is told once the deployment says so of %s, and the page waits for the next',
  async ([, location]) => {
    signIn = location;
    expect((await fetch(bridge.base, { redirect: 'manual' })).status).toBe(503);
    expect(session.onRefused).toHaveBeenCalledTimes(1);
    const [error] = await once(new WebSocket(`${bridge.base.replace('http', 'ws')}ws`), 'error');
    expect(String(error)).toContain('503');
    expect(session.onRefused).toHaveBeenCalledTimes(2);

    session.token = async () => undefined;
    expect(await (await fetch(bridge.base)).text()).toContain('Sign in again');
    const asked = seen.length;
    await once(new WebSocket(`${bridge.base.replace('http', 'ws')}ws`), 'error');
    expect(seen.length).toBe(asked);

    signIn = undefined;
    session.token = async () => 'the-next-session';
    expect(await (await fetch(bridge.base)).text()).toBe('page');
    expect(seen.at(-1)?.headers.cookie).toBe('coder_session_token=the-next-session');
  },
);
