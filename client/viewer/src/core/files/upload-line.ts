/** The way on which all uploads of a page share one window: requests of the tus protocol over a WebSocket of their own. */
import { FilesError, refusal } from './files-client.ts';
import { UploadWindow } from './upload-window.ts';

export interface UploadRequest {
  method: 'POST' | 'PATCH';
  /** Id of the upload; undefined: it is to be made. */
  upload: string | undefined;
  headers: Record<string, string>;
  body: Uint8Array<ArrayBuffer>;
  signal: AbortSignal;
  /** So many bytes of the body have arrived. */
  onProgress(bytes: number): void;
}

interface Answer {
  received?: number;
  status?: number;
  headers?: Record<string, string>;
  body?: string;
}

/** What waits in the browser is not on its way yet: more would only hide a slow line from the window. */
const MAX_BUFFERED = 256 * 1024;

/** A line that nobody needs is closed after this, ms. */
const KEPT = 5000;

export class UploadLine implements Disposable {
  readonly #address: URL;
  readonly #window = new UploadWindow();
  #socket: WebSocket | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #needed = 0;
  #closing: ReturnType<typeof setTimeout> | undefined;

  /** @param address as `http:` or `https:` */
  constructor(address: URL) {
    this.#address = new URL(address);
    this.#address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  }

  /**
   * Sends it when its turn has come.
   *
   * @throws FilesError if it is refused or the line breaks, the signal's reason
   */
  async send(request: UploadRequest): Promise<Response> {
    clearTimeout(this.#closing);
    this.#needed++;
    const turn = this.#last.then(() => this.#send(request));
    this.#last = turn.catch(() => {});
    try {
      return await turn;
    } finally {
      if (--this.#needed === 0) this.#closing = setTimeout(() => this.#close(), KEPT);
    }
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#closing);
    this.#close();
  }

  async #send(request: UploadRequest): Promise<Response> {
    request.signal.throwIfAborted();
    const socket = await this.#open();
    try {
      return await exchange(socket, this.#window, request);
    } catch (error) {
      // What was under way of it is nobody's any more.
      if (!(error instanceof FilesError) || error.status === 0) this.#close();
      throw error;
    }
  }

  /** @throws FilesError if nothing answers */
  #open(): Promise<WebSocket> {
    if (this.#socket?.readyState === WebSocket.OPEN) return Promise.resolve(this.#socket);
    const socket = new WebSocket(this.#address);
    this.#socket = socket;
    return new Promise((resolve, reject) => {
      socket.onopen = () => resolve(socket);
      socket.onclose = () => reject(new FilesError(0));
    });
  }

  #close(): void {
    this.#socket?.close();
    this.#socket = undefined;
  }
}

/** Sends one request as fast as the window lets it, and reads its answer. */
function exchange(
  socket: WebSocket,
  window: UploadWindow,
  { method, upload, headers, body, signal, onProgress }: UploadRequest,
): Promise<Response> {
  const { promise, resolve, reject } = Promise.withResolvers<Response>();
  /** Frames under way, the oldest first. */
  const underWay: { bytes: number; sentAt: number; receivedBefore: number }[] = [];
  let sent = 0;
  let received = 0;

  const sendMore = (): void => {
    while (sent < body.byteLength && socket.bufferedAmount < MAX_BUFFERED) {
      const frame = body.subarray(sent, sent + window.frame);
      if (sent > received && sent + frame.byteLength - received > window.bytes) return;
      socket.send(frame);
      sent += frame.byteLength;
      underWay.push({ bytes: frame.byteLength, sentAt: performance.now(), receivedBefore: received });
    }
  };
  const arrived = (bytes: number): void => {
    const frame = underWay.shift();
    const now = performance.now();
    received += bytes;
    if (frame) window.arrived(bytes, now - frame.sentAt, received - frame.receivedBefore, now);
    onProgress(received);
    sendMore();
  };
  const abort = (): void => reject(signal.reason);

  signal.addEventListener('abort', abort);
  socket.onclose = () => reject(new FilesError(0));
  socket.onmessage = ({ data }: MessageEvent<string>) => {
    const answer = JSON.parse(data) as Answer;
    if (answer.received !== undefined) arrived(answer.received);
    else {
      const { status = 502, headers = {}, body: text = '' } = answer;
      if (status >= 200 && status <= 299) resolve(new Response(null, { status, headers }));
      else reject(refusal(status, headers['retry-after'] ?? null, text));
    }
  };
  socket.send(JSON.stringify({ method, upload, headers, length: body.byteLength }));
  sendMore();
  return promise.finally(() => signal.removeEventListener('abort', abort));
}
