import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type WebSocket, WebSocketServer } from 'ws';

const FOLDER = join(import.meta.dirname, '../../fixtures/coder');

interface RecordedCall {
  name: string;
  method?: string;
  path?: string;
  auth?: boolean;
  status?: number;
  headers?: Record<string, string>;
}

const { calls } = recording<{ calls: RecordedCall[] }>('index');

/** What the real server answered: by the recording's name. */
export function recording<T>(name: string): T {
  return JSON.parse(recordedText(`${name}.json`)) as T;
}

export function recordedText(file: string): string {
  return readFileSync(join(FOLDER, file), 'utf8');
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;
export type SocketHandler = (socket: WebSocket, url: URL) => void;

/** A server on loopback that answers as the real one did, unless a test says otherwise. */
export class RecordedServer implements AsyncDisposable {
  readonly url: string;
  /** Every request that came: method, path with query, headers, body. */
  readonly requests: { method: string; url: string; token: string | undefined; body: string }[] = [];
  readonly #server: Server;
  readonly #sockets = new WebSocketServer({ noServer: true });

  /**
   * @param handle by `METHOD path` without the query, instead of what was recorded
   * @param sockets by path; without one a WebSocket is refused with 404
   */
  static async start(
    handle: Record<string, Handler> = {},
    sockets: Record<string, SocketHandler> = {},
  ): Promise<RecordedServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new RecordedServer(server, handle, sockets);
  }

  private constructor(
    server: Server,
    handle: Record<string, Handler>,
    sockets: Record<string, SocketHandler>,
  ) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', async (request, response) => {
      const { pathname } = new URL(request.url!, this.url);
      await this.#note(request);
      (handle[`${request.method} ${pathname}`] ?? replay)(request, response);
    });
    server.on('upgrade', (request, connection, head) => {
      const url = new URL(request.url!, this.url);
      const accept = sockets[url.pathname];
      if (!accept) {
        connection.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n');
        return;
      }
      this.#sockets.handleUpgrade(request, connection, head, (socket) => accept(socket, url));
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #note(request: IncomingMessage): Promise<void> {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    const token = request.headers['coder-session-token'] as string | undefined;
    this.requests.push({ method: request.method!, url: request.url!, token, body });
  }
}

/** Answers with a recording. */
export function answer(name: string): Handler {
  const call = calls.find((one) => one.name === name);
  return (_, response) => {
    response.writeHead(call?.status ?? 200, call?.headers ?? { 'content-type': 'application/json' });
    response.end(call?.status === 204 ? undefined : recordedText(`${name}.json`));
  };
}

/** By method and path; with the query where one was recorded with and without. */
const replay: Handler = (request, response) => {
  const asked = decodeURIComponent(request.url!.replaceAll('+', ' '));
  const same = (call: RecordedCall) =>
    call.method === request.method && call.auth !== false && decodeURIComponent(call.path!) === asked;
  const call =
    calls.find(same) ?? calls.find((one) => one.method === request.method && one.path === request.url);
  answer(call?.name ?? 'err-404-route')(request, response);
};
