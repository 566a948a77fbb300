import { randomBytes, timingSafeEqual } from 'node:crypto';
import { lookup } from 'node:dns';
import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { AddressInfo, LookupFunction } from 'node:net';
import type { Duplex } from 'node:stream';

/** Headers that belong to one connection and are not passed on (RFC 9110 section 7.6.1). */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** The name under which Coder's proxy strips its session before a request reaches the app. */
const SESSION_COOKIE = 'coder_session_token';

/** Connections at once: one page needs a socket and a few files. */
const MAX_CONNECTIONS = 16;

/** What the page hears while nobody is signed in. Not 401: it would take that for its own token and give up. */
const SIGNED_OUT =
  'Your session at the Coder deployment ended. Sign in again: the desktop comes back by itself.';
const UNAVAILABLE = 'HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n';

/** How long the deployment may take to answer, ms. */
const ANSWER_TIMEOUT_MS = 30_000;

/** The person's session at the deployment, which may end and be followed by another. */
export interface BridgeSession {
  /** The token; undefined while nobody is signed in. */
  token(): Promise<string | undefined>;
  /** The deployment wants a person to sign in. */
  onRefused(): void;
}

export interface Bridge extends AsyncDisposable {
  /** Base address for the panel; its random path is the key to it. */
  readonly base: string;
}

/**
 * A way from a webview to an app of a Coder workspace. A webview's requests carry no session (its cookie is
 * SameSite=Lax); the bridge adds it, as a cookie only: in a header or a query Coder would hand it to the app.
 * Listens on 127.0.0.1 and answers 404 to whoever does not know the random path.
 *
 * @param app address of the app, with a trailing slash
 */
export async function openBridge(app: URL, session: BridgeSession): Promise<Bridge> {
  const secret = randomBytes(24).toString('base64url');
  const server = createServer({ requestTimeout: ANSWER_TIMEOUT_MS }, (request, response) => {
    const target = targetOf(request, secret, app);
    if (target) void relay(request, response, target, session);
    else answer(response, 404, 'Not found.');
  });
  server.maxConnections = MAX_CONNECTIONS;
  const sockets = new Set<Duplex>();
  server.on('connection', (socket) => track(sockets, socket));
  server.on('upgrade', (request, socket, head) => {
    const target = targetOf(request, secret, app);
    if (target) void relayUpgrade(request, socket, head, target, session, sockets);
    else socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    base: `http://127.0.0.1:${port}/${secret}/`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The address behind a request; undefined for whoever is not the panel. */
function targetOf(request: IncomingMessage, secret: string, app: URL): URL | undefined {
  const match = /^\/([^/?]*)\/([^#]*)$/.exec(request.url ?? '');
  if (!match || !equal(match[1] as string, secret)) return undefined;
  // A page that was rebound to 127.0.0.1 by its DNS comes with a Host of its own.
  if (!/^(127\.0\.0\.1|localhost):\d+$/.test(request.headers.host ?? '')) return undefined;
  // Coder's proxy decodes these before it looks at the path.
  if (/%(2e|2f|5c)/i.test((match[2] as string).split('?')[0] as string)) return undefined;
  const target = new URL(`./${match[2]}`, app);
  return target.origin === app.origin && target.pathname.startsWith(app.pathname) ? target : undefined;
}

function equal(given: string, secret: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(secret)];
  return a.length === b.length && timingSafeEqual(a, b);
}

async function relay(
  request: IncomingMessage,
  response: ServerResponse,
  target: URL,
  session: BridgeSession,
): Promise<void> {
  const token = await session.token();
  if (token === undefined) return answer(response, 503, SIGNED_OUT);
  const upstream = requestOf(target)(target, {
    method: request.method,
    headers: headersFor(request, target, token),
    timeout: ANSWER_TIMEOUT_MS,
    lookup: lookupLocal,
  });
  upstream.on('response', (result) => {
    if (wantsSignIn(result)) {
      result.resume();
      session.onRefused();
      return answer(response, 503, SIGNED_OUT);
    }
    response.writeHead(result.statusCode ?? 502, passedOn(result.headers));
    result.pipe(response);
  });
  upstream.on('timeout', () => upstream.destroy(new Error('no answer in time')));
  upstream.on('error', (error) =>
    answer(response, 502, `The Coder deployment did not answer: ${error.message}.`),
  );
  response.on('close', () => upstream.destroy());
  request.pipe(upstream);
}

async function relayUpgrade(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  target: URL,
  session: BridgeSession,
  sockets: Set<Duplex>,
): Promise<void> {
  const token = await session.token();
  if (token === undefined) {
    socket.end(UNAVAILABLE);
    return;
  }
  const upstream = requestOf(target)(target, {
    headers: { ...headersFor(request, target, token), connection: 'Upgrade', upgrade: 'websocket' },
    timeout: ANSWER_TIMEOUT_MS,
    lookup: lookupLocal,
  });
  upstream.on('upgrade', (result, remote, remoteHead) => {
    track(sockets, remote);
    socket.write(statusLine(result, 'Switching Protocols'));
    if (remoteHead.length > 0) socket.write(remoteHead);
    if (head.length > 0) remote.write(head);
    remote.pipe(socket).pipe(remote);
    remote.on('error', () => socket.destroy());
    socket.on('error', () => remote.destroy());
  });
  upstream.on('response', (result) => {
    if (wantsSignIn(result)) session.onRefused();
    socket.end(
      wantsSignIn(result)
        ? UNAVAILABLE
        : `HTTP/1.1 ${result.statusCode} ${result.statusMessage}\r\nConnection: close\r\n\r\n`,
    );
    result.resume();
  });
  upstream.on('timeout', () => upstream.destroy(new Error('no answer in time')));
  upstream.on('error', () => socket.end('HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\n\r\n'));
  upstream.end();
}

/** Where Coder sends whoever has no session, also a WebSocket: from an app below a path, and from one with a host of its own. */
const SIGN_IN = /^(https?:\/\/[^/]+)?\/(login|api\/v2\/applications\/auth-redirect)(\?|$)/;

/** An app's own redirects stay in the app. */
function wantsSignIn({ statusCode, headers }: IncomingMessage): boolean {
  return statusCode === 303 && SIGN_IN.test(headers.location ?? '');
}

/** Names below `localhost` are this machine (RFC 6761 section 6.3), whether or not a resolver knows them. */
const lookupLocal: LookupFunction = (hostname, options, callback) => {
  lookup(/(^|\.)localhost$/.test(hostname) ? 'localhost' : hostname, options, callback);
};

function requestOf(target: URL): typeof httpRequest {
  return target.protocol === 'https:' ? (httpsRequest as typeof httpRequest) : httpRequest;
}

function headersFor(
  request: IncomingMessage,
  target: URL,
  session: string,
): Record<string, string | string[]> {
  return { ...passedOn(request.headers), host: target.host, cookie: `${SESSION_COOKIE}=${session}` };
}

function passedOn(headers: IncomingMessage['headers']): Record<string, string | string[]> {
  const kept: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || HOP_BY_HOP.has(name) || name === 'set-cookie') continue;
    kept[name] = value;
  }
  return kept;
}

function statusLine(result: IncomingMessage, text: string): string {
  const { 'set-cookie': _, ...headers } = result.headers;
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}`);
  return `HTTP/1.1 101 ${text}\r\n${lines.join('\r\n')}\r\n\r\n`;
}

function answer(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(text);
}

function track(sockets: Set<Duplex>, socket: Duplex): void {
  sockets.add(socket);
  socket.on('close', () => sockets.delete(socket));
  socket.on('error', () => socket.destroy());
}
