import {
  decodeNumbered,
  encodeFleeting,
  encodeNumbered,
  NUMBERED_WINDOW,
  type ViewerMessage,
} from '@deskside/protocol';

export interface OrderedLineOptions {
  /** Sends over the WebSocket: in order, and nothing is lost while the connection lives. */
  sendSafely(bytes: Uint8Array<ArrayBuffer>): void;
  /** Sends over a way that is quicker and may break; false if there is none. */
  sendQuickly(bytes: Uint8Array<ArrayBuffer>): boolean;
  /** Sends what may be lost and overtaken; false if there is no such way. */
  sendLoosely(bytes: Uint8Array<ArrayBuffer>): boolean;
}

/**
 * Word of what took the quick way has to come within this, ms, or it is sent over the WebSocket as well: a way that
 * breaks is not noticed at once. Longer than a round trip around the world and the streamer's 50 ms.
 */
const PATIENCE = 400;
const LOOK_EVERY = 100;

/** What waits for room or for word at most, messages: whoever types on for minutes into nothing wants it gone. */
const MAX_KEPT = 4096;

/** Nor does anybody want what they did so long ago, ms: silence is noticed within 20 s, and the next connection takes some. */
const WORTH_KEEPING = 30_000;

interface Kept {
  number: number;
  bytes: Uint8Array<ArrayBuffer>;
  /** Takes the quick way if there is one. */
  hurries: boolean;
  /** When it was given to the line, ms. */
  since: number;
  /** When it took the quick way, ms; undefined: it is safe, or has not been sent. */
  quickSince: number | undefined;
}

/**
 * Sends what the desktop has to get in order and once: keys, text, buttons, the wheel, what is copied. The ways change
 * under it; numbers keep the order, and the streamer drops what comes twice.
 */
export class OrderedLine implements Disposable {
  readonly #options: OrderedLineOptions;
  /** What is not known to have arrived, the oldest first. */
  readonly #kept: Kept[] = [];
  /** How many of them were sent. */
  #sent = 0;
  #bytesUnderWay = 0;
  #number = 0;
  #buttons = 0;
  /** Between two connections. */
  #waits = false;
  #watch: ReturnType<typeof setInterval> | undefined;

  constructor(options: OrderedLineOptions) {
    this.#options = options;
  }

  send(message: ViewerMessage): void {
    this.#add(JSON.stringify(message));
  }

  sendBinary(bytes: Uint8Array<ArrayBuffer>): void {
    this.#add(bytes);
  }

  /**
   * The same for a copy of something, which is large and in no hurry: it leaves the quick way to others. It ends with
   * the connection.
   */
  sendBulk(message: ViewerMessage | Uint8Array<ArrayBuffer>): void {
    this.#add(message instanceof Uint8Array ? message : JSON.stringify(message), false);
  }

  /** A `Pointer`: one that only moves may get lost, one that presses or lifts may not. */
  sendPointer(bytes: Uint8Array<ArrayBuffer>): void {
    // Of its layout (client/protocol/README.md, 0x11) that is all that counts here.
    const buttons = bytes[1]!;
    const moves = buttons === this.#buttons;
    this.#buttons = buttons;
    if (!moves) this.#add(bytes);
    else this.#move(encodeFleeting({ after: this.#number, message: bytes }));
  }

  /** Everything up to this number has arrived. */
  arrived(number: number): void {
    const index = this.#kept.findIndex((kept) => kept.number > number);
    for (const { bytes } of this.#kept.splice(0, index < 0 ? this.#sent : Math.min(index, this.#sent))) {
      this.#sent--;
      this.#bytesUnderWay -= bytes.byteLength;
    }
    this.#sendWhatFits();
    if (this.#kept.length === 0) this.#stopWatching();
  }

  /** The quick way broke, or is not trusted any more: what took it goes over the WebSocket again. */
  quickWayBroke(): void {
    this.#sendAgain(Number.POSITIVE_INFINITY);
  }

  /** The connection is lost: what is sent waits for the next one. */
  interrupt(): void {
    this.#waits = true;
    this.#stopWatching();
  }

  /**
   * There is a new connection. What was done shortly before goes over it, if it isn't lost in part.
   *
   * @param arrived everything up to this number has arrived over the last connection; undefined: that isn't known
   */
  restart(arrived: number | undefined): void {
    const missing = arrived === undefined ? [] : this.#missing(arrived);
    this.#kept.length = this.#sent = this.#bytesUnderWay = this.#number = this.#buttons = 0;
    this.#waits = false;
    this.#stopWatching();
    for (const { bytes, since } of missing) this.#add(decodeNumbered(bytes).message, true, since);
  }

  [Symbol.dispose](): void {
    this.#stopWatching();
  }

  /** What did not arrive, up to a copy: keys that follow may paste it. */
  #missing(arrived: number): Kept[] {
    const missing = this.#kept.filter(({ number }) => number > arrived);
    const copy = missing.findIndex(({ hurries }) => !hurries);
    const [first] = missing;
    // The end of a word that somebody typed is worse than nothing of it.
    if (!first || performance.now() - first.since > WORTH_KEEPING) return [];
    return copy < 0 ? missing : missing.slice(0, copy);
  }

  #add(message: string | Uint8Array<ArrayBuffer>, hurries = true, since = performance.now()): void {
    if (this.#kept.length >= MAX_KEPT) return;
    const number = ++this.#number;
    const bytes = encodeNumbered({ number, message });
    this.#kept.push({ number, bytes, since, quickSince: undefined, hurries });
    this.#sendWhatFits();
  }

  #sendWhatFits(): void {
    if (this.#waits) return;
    for (let next = this.#kept[this.#sent]; next; next = this.#kept[this.#sent]) {
      if (this.#bytesUnderWay + next.bytes.byteLength > NUMBERED_WINDOW) return;
      this.#sent++;
      this.#bytesUnderWay += next.bytes.byteLength;
      if (next.hurries && this.#options.sendQuickly(next.bytes)) this.#watchOver(next);
      else this.#options.sendSafely(next.bytes);
    }
  }

  #watchOver(kept: Kept): void {
    kept.quickSince = performance.now();
    this.#watch ??= setInterval(() => this.#sendAgain(performance.now() - PATIENCE), LOOK_EVERY);
  }

  #sendAgain(since: number): void {
    for (const kept of this.#kept) {
      if (kept.quickSince === undefined || kept.quickSince > since) continue;
      kept.quickSince = undefined;
      this.#options.sendSafely(kept.bytes);
    }
  }

  #move(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#waits) return;
    if (!this.#options.sendLoosely(bytes)) this.#options.sendSafely(bytes);
  }

  #stopWatching(): void {
    clearInterval(this.#watch);
    this.#watch = undefined;
  }
}
