/** Notices that a way may carry nothing any more, long before anything below says so. */

/** Word of an update may take so much longer than usual, ms, and so many of the usual times: a doubt costs little. */
const SLACK = 200;
const USUAL_TIMES = 4;

/** Before the first word: a decoder starts, on a machine that has just loaded a page, ms. */
const FIRST = 3000;

/** Weight of a new delay (RFC 6298 section 2.3, alpha). */
const SMOOTHING = 1 / 8;

export class StallWatch implements Disposable {
  readonly #onStall: () => void;
  readonly #sent = new Map<number, number>();
  #usual: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(onStall: () => void) {
    this.#onStall = onStall;
  }

  sent(id: number): void {
    this.#sent.set(id, performance.now());
    this.#timer ??= setTimeout(() => this.#look(), this.#patience);
  }

  acknowledged(id: number): void {
    const sent = this.#sent.get(id);
    if (sent === undefined) return;
    this.#sent.delete(id);
    const delay = performance.now() - sent;
    this.#usual = this.#usual === undefined ? delay : this.#usual + SMOOTHING * (delay - this.#usual);
  }

  /** Nothing of what is under way will be heard of. */
  reset(): void {
    this.#sent.clear();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  [Symbol.dispose](): void {
    this.reset();
  }

  get #patience(): number {
    return this.#usual === undefined ? FIRST : SLACK + USUAL_TIMES * this.#usual;
  }

  #look(): void {
    this.#timer = undefined;
    const oldest = this.#sent.values().next().value;
    if (oldest === undefined) return;
    const left = oldest + this.#patience - performance.now();
    if (left <= 0) this.#onStall();
    else this.#timer = setTimeout(() => this.#look(), left);
  }
}
