/** Jobs that may wait behind a text that is being typed; above it something is wrong, and the newest are dropped. */
const MAX_WAITING = 10_000;

/** One thing at a time, in order: a job runs at once unless an earlier one is still under way. */
export class InputQueue {
  #waiting: (() => void | Promise<void>)[] = [];
  #busy = false;
  #overflowed = false;
  readonly #onOverflow: () => void;

  /** @param onOverflow called when the queue runs empty after jobs had to be dropped */
  constructor(onOverflow: () => void) {
    this.#onOverflow = onOverflow;
  }

  get busy(): boolean {
    return this.#busy;
  }

  /** A job that fails, since the X server went away, is over. */
  run(job: () => void | Promise<void>): void {
    if (!this.#busy) this.#start(job);
    else if (this.#waiting.length < MAX_WAITING) this.#waiting.push(job);
    else this.#overflowed = true;
  }

  #start(job: () => void | Promise<void>): void {
    const done = job();
    if (!done) return;
    this.#busy = true;
    done.catch(() => {}).finally(() => this.#next());
  }

  #next(): void {
    this.#busy = false;
    while (!this.#busy) {
      const job = this.#waiting.shift();
      if (job) this.#start(job);
      else break;
    }
    if (this.#busy || !this.#overflowed) return;
    this.#overflowed = false;
    this.#onOverflow();
  }
}
