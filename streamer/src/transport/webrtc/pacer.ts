/**
 * Lets packets leave in small groups instead of a frame at once, which would fill the queue before a bottleneck, and
 * overflow it with a key frame (draft-ietf-rmcat-gcc-02 section 4).
 */

/** Faster than what the way is believed to carry, so that no frame comes later for it (libwebrtc: kDefaultPaceMultiplier). */
const FASTER = 2.5;

/** What leaves at once, as a time at the pace, ms (section 4: burst_time). */
const BURST = 5;

/** No packet waits much longer, ms: as much as queues before bottlenecks hold, behind which it would wait as well. */
const LONGEST_WAIT = 200;

interface Waiting {
  bytes: number;
  send: () => void;
}

export class Pacer implements Disposable {
  readonly #pace: () => number | undefined;
  readonly #waiting: Waiting[] = [];
  #waitingBytes = 0;
  /** At which what waits is gone in time, kbit/s. */
  #leastRate = 0;
  /** When what has left is through at the pace, ms as `performance.now()`. */
  #busyUntil = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param pace what the way is believed to carry, kbit/s; undefined: no bottleneck is known, all leaves at once */
  constructor(pace: () => number | undefined) {
    this.#pace = pace;
  }

  /** Sends a packet of so many bytes, after those that wait. */
  send(bytes: number, send: () => void): void {
    this.#waiting.push({ bytes, send });
    this.#waitingBytes += bytes;
    // Bits per ms are kbit/s.
    this.#leastRate = Math.max(this.#leastRate, (this.#waitingBytes * 8) / LONGEST_WAIT);
    if (!this.#timer) this.#release();
  }

  /** Sends at once what is waited for, before those that wait. */
  sendFirst(bytes: number, send: () => void): void {
    send();
    this.#passed(bytes);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#waiting.length = 0;
  }

  #release(): void {
    this.#timer = undefined;
    while (this.#waiting.length > 0) {
      const wait = this.#busyUntil - BURST - performance.now();
      if (wait > 0) {
        this.#timer = setTimeout(() => this.#release(), wait);
        return;
      }
      const { bytes, send } = this.#waiting.shift()!;
      this.#passed(bytes);
      this.#waitingBytes -= bytes;
      send();
    }
    this.#leastRate = 0;
  }

  #passed(bytes: number): void {
    const pace = this.#pace();
    if (pace === undefined) return;
    const rate = Math.max(FASTER * pace, this.#leastRate);
    const now = performance.now();
    const through = Math.max(this.#busyUntil, now) + (bytes * 8) / rate;
    // However much is sent again: newer pictures are worth more.
    this.#busyUntil = Math.min(now + LONGEST_WAIT, through);
  }
}
