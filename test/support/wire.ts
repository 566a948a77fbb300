import { once } from 'node:events';
import {
  decodePictureUpdate,
  encodeAcknowledgement,
  type PictureUpdate,
  PROTOCOL_VERSION,
  parseStreamerMessage,
  type StreamerMessage,
  SUBPROTOCOL,
  type ViewerMessage,
} from '@deskside/protocol';
import { WebSocket } from 'ws';
import type { Streamer } from './streamer.ts';
import { until } from './until.ts';

/** What x264enc makes, so that the streamer has a codec to choose. */
const CODECS = ['avc1.42E02A'];

/** A viewer without a page: speaks the protocol and acknowledges each update as soon as it comes. */
export class WireViewer implements Disposable {
  readonly socket: WebSocket;
  readonly messages: StreamerMessage[] = [];
  readonly updates: PictureUpdate[] = [];

  /** Connects and waits for the welcome. */
  static async join(streamer: Streamer): Promise<WireViewer> {
    const viewer = new WireViewer(await openSocket(streamer));
    viewer.send({ type: 'hello', version: PROTOCOL_VERSION, codecs: CODECS });
    await until('the welcome', () => viewer.messages.some(({ type }) => type === 'welcome'));
    return viewer;
  }

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) this.#receive(data);
      else this.messages.push(parseStreamerMessage(data.toString()));
    });
  }

  send(message: ViewerMessage): void {
    this.socket.send(JSON.stringify(message));
  }

  [Symbol.dispose](): void {
    this.socket.terminate();
  }

  #receive(bytes: Uint8Array): void {
    if (bytes[0] !== 1) return;
    const update = decodePictureUpdate(bytes);
    this.updates.push(update);
    const now = performance.timeOrigin + performance.now();
    const times = { received: now, decoded: now, presentedId: update.id, presented: now };
    this.socket.send(encodeAcknowledgement({ stream: update.stream, id: update.id, ...times }));
  }
}

/** An open socket that was let in and has said nothing yet. */
export async function openSocket(streamer: Streamer): Promise<WebSocket> {
  const url = new URL('ws', streamer.url);
  url.protocol = 'ws:';
  url.searchParams.set('token', streamer.token);
  const socket = new WebSocket(url, SUBPROTOCOL);
  await once(socket, 'open');
  return socket;
}
