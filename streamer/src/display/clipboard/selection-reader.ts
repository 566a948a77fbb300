import { MAX_CLIP } from '@deskside/protocol';
import type { XConnection } from '../x-connection.ts';
import type { Property, XEvent } from '../x-protocol.ts';

/** How long an owner may take for the next piece, ms: a busy program's pause, not a stopped one's for ever. */
const PATIENCE = 3000;

/** Properties in turn: the answer that an owner gives after our patience must not be taken for the next one's. */
const PROPERTIES = 16;

/** PropertyNotify: there is a new value (X11 protocol, section 11). */
const NEW_VALUE = 0;
const NONE = 0;
const DELETE = 1;
const ANY_TYPE = 0;

/** Asks owners of selections for their content, whole or in pieces (INCR; ICCCM, sections 2.4 and 2.7.2). */
export class SelectionReader {
  readonly #x: XConnection;
  readonly #window: number;
  readonly #incr: number;
  readonly #listeners = new Set<(event: XEvent) => void>();
  #serial = 0;

  /** @param window one of ours that tells of PropertyChange */
  constructor(x: XConnection, window: number, incr: number) {
    this.#x = x;
    this.#window = window;
    this.#incr = incr;
    x.onEvent((event) => {
      for (const listener of this.#listeners) listener(event);
    });
  }

  /**
   * @param limit bytes; more than {@link MAX_CLIP} is never read
   * @returns undefined if the owner has no such form, is silent, or gives more than the limit
   */
  async read(selection: number, target: number, limit = MAX_CLIP): Promise<Buffer | undefined> {
    const property = await this.#x.atom(`DESKSIDE_CLIP_${this.#serial++ % PROPERTIES}`);
    const { client } = this.#x;
    client.DeleteProperty(this.#window, property);
    using pieces = this.#watch(({ name, state, atom }) => {
      return name === 'PropertyNotify' && state === NEW_VALUE && atom === property;
    });
    using answer = this.#watch((event) => {
      // XFIXES has an event of the same name, which has no requestor.
      return event.name === 'SelectionNotify' && event.requestor === this.#window && event.target === target;
    });
    client.ConvertSelection(this.#window, selection, target, property, 0);
    if ((await answer.next())?.property !== property) return undefined;
    pieces.clear();
    const first = await this.#take(property, limit);
    if (first?.type !== this.#incr) return first?.data;
    // Awaited here: the events are not heard of any more after the return.
    return await this.#gather(property, pieces, limit);
  }

  async #gather(property: number, pieces: Watch, limit: number): Promise<Buffer | undefined> {
    const gathered: Buffer[] = [];
    let size = 0;
    for (;;) {
      if (!(await pieces.next())) return undefined;
      const piece = await this.#take(property, limit - size);
      if (!piece) return undefined;
      if (piece.data.byteLength === 0) return Buffer.concat(gathered);
      gathered.push(piece.data);
      size += piece.data.byteLength;
    }
  }

  /** Takes the property's value away, which asks for the next piece; undefined if it is too large. */
  async #take(property: number, limit: number): Promise<Property | undefined> {
    const { client } = this.#x;
    const words = Math.ceil(limit / 4) + 1;
    const value = await this.#x.ask<Property>((callback) =>
      client.GetProperty(DELETE, this.#window, property, ANY_TYPE, 0, words, callback),
    );
    if (value.type !== NONE && value.bytesAfter === 0 && value.data.byteLength <= limit) {
      // A copy: the library's buffer belongs to the whole answer.
      return { ...value, data: Buffer.from(value.data) };
    }
    client.DeleteProperty(this.#window, property);
    return undefined;
  }

  #watch(matches: (event: XEvent) => boolean): Watch {
    const watch = new Watch(() => this.#listeners.delete(listener));
    const listener = (event: XEvent): void => {
      if (matches(event)) watch.add(event);
    };
    this.#listeners.add(listener);
    return watch;
  }
}

/** Events as they come, to be taken one by one. */
class Watch implements Disposable {
  readonly #events: XEvent[] = [];
  readonly #end: () => void;
  #wake: (() => void) | undefined;

  constructor(end: () => void) {
    this.#end = end;
  }

  add(event: XEvent): void {
    this.#events.push(event);
    this.#wake?.();
  }

  clear(): void {
    this.#events.length = 0;
  }

  /** The next one; undefined if none comes in time. */
  async next(): Promise<XEvent | undefined> {
    if (this.#events.length === 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, PATIENCE);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return this.#events.shift();
  }

  [Symbol.dispose](): void {
    this.#end();
  }
}
