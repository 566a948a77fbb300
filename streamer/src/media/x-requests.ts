import koffi from 'koffi';
import { type Address, callAsync } from '../native.ts';
import { type Connection, type Sequence, xcb } from './xcb.ts';

/**
 * A connection that asks an X server of this machine. An answer takes some ten microseconds; it is waited for in place,
 * since to hear of it through the event loop costs several times that.
 */
export class XRequests implements Disposable {
  /**
   * @param display e.g. `:1`; the X cookie comes from `XAUTHORITY`
   * @throws Error if it lets nobody in or is not there
   * @throws MissingLibrary
   */
  static async open(display: string): Promise<XRequests> {
    const connection = await callAsync(xcb().connect, display, null);
    const failure = xcb().failure(connection);
    if (failure === 0) return new XRequests(connection);
    xcb().disconnect(connection);
    throw new Error(`No connection to the X server ${display}: ${FAILURES[failure] ?? FAILURES[1]}.`);
  }

  /** Hears of each event that came before an answer, while that is waited for. */
  onEvent: (event: DataView) => void = () => {};
  /** The first screen's root window. */
  readonly root: number;
  /** Its bits a pixel, without those that nobody sees. */
  readonly depth: number;
  /** `struct pollfd`. */
  readonly #waiting: Int32Array;
  readonly #reply = new BigUint64Array(1);
  readonly #error = new BigUint64Array(1);
  #answer = new DataView(new ArrayBuffer(4096));
  #connection: Connection | undefined;
  /** What another thread waits for. */
  #pending: Promise<unknown> = Promise.resolve();

  private constructor(connection: Connection) {
    this.#connection = connection;
    const screen = xcb().screens(xcb().setup(connection)).data;
    this.root = koffi.decode(screen, 'uint32_t') as number;
    this.depth = koffi.decode(screen, DEPTH_OFFSET, 'uint8_t') as number;
    this.#waiting = new Int32Array([xcb().descriptor(connection), POLLIN]);
  }

  /** @throws Error once this is disposed */
  get connection(): Connection {
    if (this.#connection === undefined) throw new Error('The connection to the X server was closed.');
    return this.#connection;
  }

  newId(): number {
    return xcb().generateId(this.connection);
  }

  /** Sends what was asked for. */
  flush(): void {
    xcb().flush(this.connection);
  }

  /**
   * The answer to a request; what was asked before has been dealt with, too.
   *
   * @returns its bytes as in the X protocol, in this machine's order, until the next request is answered
   * @throws Error if the X server refused, or is gone
   */
  async answer(request: Sequence): Promise<DataView> {
    this.flush();
    const reply = this.#replySoon(request) ?? (await this.#replyLater(request));
    this.#hearEvents();
    if (reply === 0) throw this.#refusal();
    this.#take(reply);
    return this.#answer;
  }

  /**
   * Settles when the X server has dealt with a checked request, which has no answer.
   *
   * @throws Error if it refused, or is gone
   */
  async done(request: Sequence): Promise<void> {
    const checking = callAsync(xcb().requestCheck, this.connection, request);
    this.#pending = checking;
    this.#error[0] = BigInt(await checking);
    if (this.#error[0] !== 0n) throw this.#refusal();
  }

  /** @param name as the X server knows it. @throws Error if it does not */
  async requireExtension(name: string): Promise<void> {
    const answer = await this.answer(xcb().queryExtension(this.connection, name.length, name));
    if (answer.getUint8(EXTENSION_PRESENT) === 1) return;
    throw new Error(`The X server lacks the extension ${name}; start it without "-extension ${name}".`);
  }

  [Symbol.dispose](): void {
    const { connection } = this;
    this.#connection = undefined;
    const close = () => xcb().disconnect(connection);
    this.#pending.then(close, close);
  }

  /** @returns 0: none will come; undefined: it takes longer, as a program has grabbed the server */
  #replySoon(request: Sequence): Address | undefined {
    const { poll, pollForReply } = xcb();
    while (pollForReply(this.connection, request, this.#reply, this.#error) === 0) {
      if (poll(this.#waiting, 1, PATIENCE_MS) <= 0) return undefined;
    }
    return Number(this.#reply[0]);
  }

  #replyLater(request: Sequence): Promise<Address> {
    const waiting = callAsync(xcb().waitForReply, this.connection, request, this.#error);
    this.#pending = waiting;
    return waiting;
  }

  #take(reply: Address): void {
    const { copy, free } = xcb();
    copy(this.#answer, reply, HEADER);
    const size = HEADER + this.#answer.getUint32(LENGTH_OFFSET, LITTLE_ENDIAN) * 4;
    if (size > this.#answer.byteLength) this.#answer = new DataView(new ArrayBuffer(2 * size));
    if (size > HEADER) copy(this.#answer, reply, size);
    free(reply);
  }

  #refusal(): Error {
    const { failure, free } = xcb();
    if (failure(this.connection) !== 0) return new Error('The X server closed the connection.');
    const address = Number(this.#error[0]);
    const [code, major, minor] = ERROR_OFFSETS.map((at) => koffi.decode(address, at, 'uint8_t') as number);
    free(address);
    return new Error(`The X server refused a request (error ${code}, request ${major}.${minor}).`);
  }

  /** Among them are those that every client gets, and errors of what has no answer. */
  #hearEvents(): void {
    const { pollForQueuedEvent, copy, free } = xcb();
    for (;;) {
      const address = pollForQueuedEvent(this.connection);
      if (address === 0) return;
      const event = new DataView(new ArrayBuffer(HEADER));
      copy(event, address, HEADER);
      free(address);
      this.onEvent(event);
    }
  }
}

/** Longer than an answer takes but where another program holds the X server, ms. */
const PATIENCE_MS = 2;

/** Of `xcb_screen_t`. */
const DEPTH_OFFSET = 38;
/** Every answer has as many bytes at least, and tells how many words more (X protocol, "Syntax"). */
const HEADER = 32;
const LENGTH_OFFSET = 4;
const LITTLE_ENDIAN = true;
/** Code, and major and minor number of the request (X protocol, "Errors"). */
const ERROR_OFFSETS = [1, 10, 8] as const;
const EXTENSION_PRESENT = 8;
const POLLIN = 1;

/** Values of `xcb_connection_has_error`. */
const FAILURES: Readonly<Record<number, string>> = {
  1: 'none answers, or it lets nobody in without its cookie; set XAUTHORITY to the cookie file of whoever started it',
  5: 'that is no display; it should look like :1',
  6: 'it has no such screen',
};
