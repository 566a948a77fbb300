/** Notices that a person is gone though their tab is open: nothing was typed, pointed at or clicked for long. */

/** How long before the end a person is warned, ms: time to come back from the next room. */
const WARNING = 60_000;

export interface IdleEvents {
  /** The visit ends in so many ms unless the person does something. */
  onWarning(endsIn: number): void;
  /** They did. */
  onReturn(): void;
  onIdle(): void;
}

export class IdleWatch implements Disposable {
  readonly #limit: number;
  readonly #events: IdleEvents;
  #timer: NodeJS.Timeout;
  #last = performance.now();
  #warned = false;

  /** @param limit after so long without any activity the visit ends, ms */
  constructor(limit: number, events: IdleEvents) {
    this.#limit = limit;
    this.#events = events;
    this.#timer = setTimeout(() => this.#look(), this.#untilWarning);
  }

  /** The person did something: costs next to nothing, for it comes with every motion of a mouse. */
  active(): void {
    this.#last = performance.now();
    if (!this.#warned) return;
    this.#warned = false;
    this.#events.onReturn();
    this.#lookIn(this.#untilWarning);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }

  /** Short limits are warned of from half of them on. */
  get #untilWarning(): number {
    return this.#limit - Math.min(WARNING, this.#limit / 2);
  }

  #look(): void {
    const quiet = performance.now() - this.#last;
    if (quiet >= this.#limit) {
      this.#events.onIdle();
    } else if (quiet < this.#untilWarning) {
      this.#lookIn(this.#untilWarning - quiet);
    } else {
      this.#warned = true;
      this.#events.onWarning(Math.ceil(this.#limit - quiet));
      this.#lookIn(this.#limit - quiet);
    }
  }

  #lookIn(ms: number): void {
    clearTimeout(this.#timer);
    // Timers fire up to a millisecond early.
    this.#timer = setTimeout(() => this.#look(), ms + 1);
  }
}
