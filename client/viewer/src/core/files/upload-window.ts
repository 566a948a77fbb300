/**
 * How many bytes of uploads may be under way: as many as leave no queue behind which keys and acknowledgements of
 * pictures would wait. The idea of LEDBAT (RFC 6817), with round trips in place of one-way delays.
 */

/** Queueing that uploads may cause, ms: less than a frame at 60 Hz. */
const TARGET = 15;

const KB = 1024;

/** Bytes. The least is what lets uploads end one day: 1.3 Mbit/s at a round trip of 100 ms. */
const LEAST = 16 * KB;
const FIRST = 32 * KB;
const MOST = 4 * KB * KB;

/** Growth in a round trip without any queue, and the most that is taken away in one, bytes and a part. */
const GAIN = 16 * KB;
const DECLINE = 0.5;

/** A queue delays all round trips, a busy page some: the shortest of so many counts. */
const SAMPLES = 4;

/** What the way takes at its best is forgotten after this, ms: ways change. */
const MEMORY = 60_000;

/** How long it counts how fast the way was, ms: twice this at most. */
const SPEED_MEMORY = 1000;

export class UploadWindow {
  #bytes = FIRST;
  #starts = true;
  readonly #samples: number[] = [];
  #shortest = Number.POSITIVE_INFINITY;
  #shortestAt = 0;
  /** Bytes/ms at most, of late and before that. */
  #speeds = { now: 0, before: 0, since: 0 };

  /**
   * Never less than what causes no more queueing than it may at the speed that was reached: a busy page or gateway delays
   * answers as well, and nothing is gained by sending less then.
   */
  get bytes(): number {
    const speed = Math.max(this.#speeds.now, this.#speeds.before);
    const fitting = speed > 0 ? speed * (this.#shortest + TARGET) : 0;
    return Math.min(MOST, Math.max(this.#bytes, fitting));
  }

  /** One frame: small enough that others get between, large enough to be few. */
  get frame(): number {
    return Math.min(64 * KB, Math.max(4 * KB, this.bytes / 8));
  }

  /**
   * So many bytes have arrived, after this round trip, ms.
   *
   * @param meanwhile bytes that arrived within it, these among them
   */
  arrived(bytes: number, roundTrip: number, meanwhile: number, now: number): void {
    this.#noteSpeed(meanwhile / Math.max(roundTrip, 1), now);
    const queueing = this.#queueing(roundTrip, now);
    if (this.#starts && queueing <= TARGET / 2) this.#bytes += bytes;
    else {
      if (this.#starts) this.#bytes *= DECLINE;
      this.#starts = false;
      const part = bytes / this.#bytes;
      const step = (GAIN * (TARGET - queueing)) / TARGET;
      this.#bytes += part * Math.max(step, -DECLINE * this.#bytes);
    }
    this.#bytes = Math.min(MOST, Math.max(LEAST, this.#bytes));
  }

  #noteSpeed(speed: number, now: number): void {
    if (now - this.#speeds.since > SPEED_MEMORY)
      this.#speeds = { now: 0, before: this.#speeds.now, since: now };
    this.#speeds.now = Math.max(this.#speeds.now, speed);
  }

  /** What the way takes longer than at its best, ms. */
  #queueing(roundTrip: number, now: number): number {
    if (roundTrip <= this.#shortest || now - this.#shortestAt > MEMORY) {
      this.#shortest = roundTrip;
      this.#shortestAt = now;
    }
    this.#samples.push(roundTrip);
    if (this.#samples.length > SAMPLES) this.#samples.shift();
    return Math.min(...this.#samples) - this.#shortest;
  }
}
