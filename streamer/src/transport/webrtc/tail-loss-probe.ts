/**
 * Finds out about the loss of a frame's last packets. A receiver asks again for what is missing between packets that
 * came, so nobody notices a lost tail until something follows it; and a desktop that comes to rest sends nothing more.
 * As in RFC 8985 section 7, the last packet is sent again when word of it takes too long: what is missing before it
 * shows then.
 */

/** Word takes two smoothed round trips at most; before any is known, and on very short ways, so long, ms. */
const PATIENCE = 2;
const FIRST_TIMEOUT = 300;
const SHORTEST_TIMEOUT = 100;

/** Weight of a new round trip (RFC 6298 section 2.3, alpha). */
const SMOOTHING = 1 / 8;

/** Probes for one frame, each after twice the time: what does not come then is the way's end. */
const MAX_PROBES = 4;

export class TailLossProbe implements Disposable {
  readonly #probe: () => void;
  #newest: { id: number; sent: number } | undefined;
  #roundTrip: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @param probe sends the newest packet again */
  constructor(probe: () => void) {
    this.#probe = probe;
  }

  /** Whether the newest frame has not been acknowledged. */
  get outstanding(): boolean {
    return this.#newest !== undefined;
  }

  /** The frame of the update with this id was sent. */
  sent(id: number): void {
    this.#newest = { id, sent: performance.now() };
    this.#arm(1);
  }

  /** The viewer has shown the frame of that update. */
  acknowledged(id: number): void {
    if (id !== this.#newest?.id) return;
    const sample = performance.now() - this.#newest.sent;
    this.#roundTrip =
      this.#roundTrip === undefined ? sample : this.#roundTrip + SMOOTHING * (sample - this.#roundTrip);
    this.#newest = undefined;
    clearTimeout(this.#timer);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }

  #arm(attempt: number): void {
    clearTimeout(this.#timer);
    if (attempt > MAX_PROBES) return;
    const usual =
      this.#roundTrip === undefined ? FIRST_TIMEOUT : Math.max(SHORTEST_TIMEOUT, PATIENCE * this.#roundTrip);
    const again = (): void => {
      this.#probe();
      this.#arm(attempt + 1);
    };
    this.#timer = setTimeout(again, usual * 2 ** (attempt - 1));
  }
}
