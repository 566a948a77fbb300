import { once } from 'node:events';
import {
  PROTOCOL_VERSION,
  parseStreamerMessage,
  type StreamerMessage,
  SUBPROTOCOL,
} from '@deskside/protocol';
import { type ClientOptions, WebSocket } from 'ws';
import type { Gateway } from '../gateway.ts';

/** How a handshake that was refused was answered. */
export class HandshakeRefused extends Error {
  readonly status: number;
  readonly body: string;

  constructor(status: number, body: string) {
    super(`${status} ${body}`);
    this.status = status;
    this.body = body;
  }
}

/** A viewer's WebSocket as a test sees it. */
export class SocketClient {
  readonly socket: WebSocket;
  readonly messages: StreamerMessage[] = [];
  readonly binary: Buffer[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) this.binary.push(data);
      else this.messages.push(parseStreamerMessage(String(data)));
    });
    socket.on('error', () => {});
    this.closed = once(socket, 'close').then(([code, reason]) => ({ code, reason: String(reason) }));
  }

  hello(token?: string, version = PROTOCOL_VERSION): void {
    this.send({ type: 'hello', version, token, codecs: ['avc1.42E02A'] });
  }

  send(message: unknown): void {
    this.socket.send(JSON.stringify(message));
  }
}

/** @throws HandshakeRefused with the answer, if it is not 101 */
export async function openSocket(
  { port }: Pick<Gateway, 'port'>,
  path = '/ws',
  headers: ClientOptions['headers'] = {},
): Promise<SocketClient> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, SUBPROTOCOL, { headers });
  const client = new SocketClient(socket);
  const { promise, resolve, reject } = Promise.withResolvers<SocketClient>();
  socket.on('open', () => resolve(client));
  socket.on('error', reject);
  socket.on('unexpected-response', async (_request, response) => {
    const body = (await response.toArray()).join('');
    reject(new HandshakeRefused(response.statusCode ?? 0, body));
  });
  return promise;
}
