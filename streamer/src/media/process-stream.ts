import { peekPictureUpdate } from '@deskside/protocol';
import type { MediaStream, StreamEvents, StreamFormat, StreamOptions, StreamRate } from './api.ts';
import type { MediaRequest } from './messages.ts';

/** A stream as the gateway holds it: what the media process has to be told again after it died. */
export class ProcessStream implements MediaStream {
  readonly opened: Promise<MediaStream>;
  readonly #handle: number;
  readonly #options: StreamOptions;
  readonly #events: StreamEvents;
  readonly #process: { send(request: MediaRequest): void; onClosed(): void };
  #rate: StreamRate;
  #nextId = 0;
  /** Id of the first update that may not be made. */
  #until = 0;
  #number: number | undefined;
  #settle: PromiseWithResolvers<MediaStream>;

  constructor(
    handle: number,
    options: StreamOptions,
    events: StreamEvents,
    process: { send(request: MediaRequest): void; onClosed(): void },
  ) {
    this.#handle = handle;
    this.#options = options;
    this.#events = events;
    this.#process = process;
    this.#rate = options.rate;
    this.#settle = Promise.withResolvers();
    this.opened = this.#settle.promise;
  }

  /** Number of the format that was announced last; updates carry it. */
  get number(): number | undefined {
    return this.#number;
  }

  grant(count: number): void {
    this.#until = (this.#nextId + count) >>> 0;
    this.#process.send({ type: 'grant', handle: this.#handle, until: this.#until });
  }

  requestKeyFrame(): void {
    this.#process.send({ type: 'key-frame', handle: this.#handle });
  }

  setRate(rate: StreamRate): void {
    this.#rate = rate;
    this.#process.send({ type: 'rate', handle: this.#handle, rate });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.send({ type: 'close', handle: this.#handle });
    this.#process.onClosed();
  }

  /** Asks a media process that does not know the stream for it. It begins with a key frame. */
  open(): void {
    this.#number = undefined;
    this.#process.send({
      type: 'open',
      handle: this.#handle,
      codecs: [...this.#options.codecs],
      rate: this.#rate,
      firstId: this.#nextId,
    });
    this.#process.send({ type: 'grant', handle: this.#handle, until: this.#until });
  }

  confirm(): void {
    this.#settle.resolve(this);
  }

  refuse(message: string): void {
    this.#settle.reject(new Error(message));
  }

  announce(format: StreamFormat): void {
    this.#number = format.stream;
    this.#events.onFormat(format);
  }

  deliver(update: Uint8Array): void {
    this.#nextId = (peekPictureUpdate(update).id + 1) >>> 0;
    this.#events.onUpdate(update);
  }
}
