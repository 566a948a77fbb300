/**
 * Uploads over a WebSocket: requests of the tus protocol, one after the other, whose bodies come in frames. Browsers fill
 * the line with the body of an HTTP request; these a page can send as slowly as whoever types beside it needs.
 *
 * A text frame begins a request: {method, upload?, headers, length}; binary frames of `length` bytes follow. Each is
 * answered with {received} once it was taken, the request with {status, headers, body}. A text frame before all bytes
 * have come ends the request before it.
 */
import type { IncomingMessage } from 'node:http';
import * as v from 'valibot';
import type { RawData, WebSocket } from 'ws';
import type { WaitingRoom } from '../../transport/waiting-room.ts';

/** Bytes that may wait to be taken: twice what the page has under way at most; of a stranger, what it has at first. */
const MAX_WAITING = 8 * 1024 * 1024;
const MAX_WAITING_OF_STRANGER = 128 * 1024;

/** One body, bytes; the page's largest piece is 16 MB. */
const MAX_BODY = 64 * 1024 * 1024;

const HeaderValue = v.pipe(v.string(), v.maxLength(4096), v.regex(/^[\t\x20-\x7e]*$/));

const UploadRequest = v.object({
  method: v.picklist(['POST', 'PATCH']),
  upload: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/))),
  headers: v.pipe(v.record(v.pipe(v.string(), v.regex(/^[a-z-]{1,40}$/i)), HeaderValue), v.maxEntries(16)),
  length: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_BODY)),
});

export interface UploadLineOptions {
  /** The handshake: what it brought counts for every request, beside its own headers. */
  handshake: IncomingMessage;
  waitingRoom: WaitingRoom;
  /** Does what a request asks for, and answers it; calls `onAdmitted` once whoever asks is let in. */
  answer(head: IncomingMessage, request: Request, onAdmitted: () => void): Promise<Response>;
}

/** Close codes of RFC 6455 section 7.4.1. */
const POLICY_VIOLATION = 1008;

/** Serves the socket until it closes. */
export function serveUploadLine(socket: WebSocket, options: UploadLineOptions): void {
  const { handshake, waitingRoom, answer } = options;
  let body: Body | undefined;
  let most = MAX_WAITING_OF_STRANGER;
  const waiting = waitingRoom.enter(() => socket.close(POLICY_VIOLATION, 'no request in time'));
  const admit = (): void => {
    waiting[Symbol.dispose]();
    most = MAX_WAITING;
  };
  const send = (message: object): void => {
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
  };

  async function begin(text: string): Promise<void> {
    body?.abandon();
    const { method, upload, headers, length } = v.parse(UploadRequest, JSON.parse(text));
    const current = new Body(length, (received) => {
      if (body === current) send({ received });
    });
    body = current;
    const path = upload === undefined ? '/files/uploads' : `/files/uploads/${upload}`;
    const request = new Request(new URL(path, 'http://line'), {
      method,
      headers: { ...headers, 'content-length': String(length) },
      ...(length > 0 && { body: current.readable, duplex: 'half' }),
    } as RequestInit);
    const response = await answer(headOf(handshake, request, path), request, admit);
    if (body !== current) return;
    // What still comes of a body that nobody read is passed over.
    current.abandon();
    body = undefined;
    send({
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: await response.text(),
    });
  }

  socket.on('message', (data: RawData, isBinary: boolean) => {
    if (!isBinary) begin(String(data)).catch(() => socket.close(POLICY_VIOLATION, 'no request of an upload'));
    else if (body?.take(data as Buffer, most) === false) socket.close(POLICY_VIOLATION, 'too much at once');
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    waiting[Symbol.dispose]();
    body?.abandon();
  });
}

/** The bytes of one request. */
class Body {
  readonly readable: ReadableStream<Uint8Array>;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #onTaken: (bytes: number) => void;
  #missing: number;
  #waiting = 0;
  #isAbandoned = false;

  /** @param onTaken so many bytes were read by whoever wants them */
  constructor(length: number, onTaken: (bytes: number) => void) {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    this.readable = readable;
    this.#writer = writable.getWriter();
    this.#writer.closed.catch(() => {});
    this.#onTaken = onTaken;
    this.#missing = length;
  }

  /** False: it is more than was announced, or than may wait. */
  take(bytes: Buffer, most: number): boolean {
    if (this.#isAbandoned) return true;
    this.#missing -= bytes.byteLength;
    this.#waiting += bytes.byteLength;
    if (this.#missing < 0 || this.#waiting > most) return false;
    const taken = (): void => {
      this.#waiting -= bytes.byteLength;
      this.#onTaken(bytes.byteLength);
    };
    this.#writer.write(bytes).then(taken, () => {});
    if (this.#missing === 0) this.#writer.close().catch(() => {});
    return true;
  }

  /** Nothing more comes of it, or nobody wants it. */
  abandon(): void {
    if (this.#isAbandoned) return;
    this.#isAbandoned = true;
    if (this.#missing > 0) this.#writer.abort(new Error('the rest of it did not come')).catch(() => {});
  }
}

/** The request as if it had come by itself: the handshake's address and cookie, and its own headers. */
function headOf(handshake: IncomingMessage, { method, headers }: Request, path: string): IncomingMessage {
  const given = Object.fromEntries(headers);
  // What a browser adds by itself is not for a page to say.
  for (const name of ['cookie', 'host', 'origin', 'upgrade']) delete given[name];
  const head = { url: path, method, headers: { ...handshake.headers, ...given }, socket: handshake.socket };
  return head as unknown as IncomingMessage;
}
