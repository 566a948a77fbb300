/**
 * How many picture updates may be on their way to one viewer: a policy without I/O. Times are ms on any one monotonic
 * clock.
 *
 * Every update is acknowledged when it is decoded, so what is unacknowledged is somewhere in a socket, in the network
 * or before a decoder. As long as the oldest such update is hardly older than an acknowledgement takes on an empty
 * way, there is no queue. When it is older, nothing more is sent until it arrives: the next update then shows the
 * newest picture instead of one that waited.
 */
export interface Flow {
  sent(id: number, now: number): void;
  /** Everything up to `id` has arrived. */
  acknowledged(id: number, now: number): void;
  /** Forgets what is under way: the viewer has lost it, or it went another way. */
  reset(): void;
  /** How many more updates the way takes right now. */
  room(now: number): number;
  /** So far behind that others who watch the same stream are not to wait for this viewer. */
  isLate(now: number): boolean;
}

/** Queueing that is accepted, ms: two frames at 60 per second and the jitter of an idle machine. */
const QUEUE = 40;

/** Beyond the accepted queueing, ms: longer than one large key frame takes on a good way, shorter than a person waits. */
const LATE = 150;

/** Before the first acknowledgement the way is unknown: one update to be decoded and one to follow it. */
const FIRST_WINDOW = 2;

/** More in flight than this is a queue in any case: half a second at 60 per second. */
const LARGEST_WINDOW = 30;

/** The same before the first acknowledgement, ms: round trips of satellites and a large first key frame. */
const FIRST_LATE = 1000;

/** How long the shortest acknowledgement delay counts, ms: a way that became longer is believed after it. */
const MEMORY = 10_000;

export function createFlow(): Flow {
  const inFlight: { id: number; sent: number }[] = [];
  const shortest = new WindowedMinimum(MEMORY);

  const age = (now: number): number => (inFlight[0] ? now - inFlight[0].sent : 0);

  return {
    sent(id, now) {
      inFlight.push({ id, sent: now });
    },
    acknowledged(id, now) {
      const index = inFlight.findIndex((update) => update.id === id);
      if (index < 0) return;
      const [update] = inFlight.splice(0, index + 1).slice(-1);
      shortest.add(now - update!.sent, now);
    },
    reset() {
      inFlight.length = 0;
    },
    room(now) {
      const known = shortest.value;
      if (known === undefined) return Math.max(0, FIRST_WINDOW - inFlight.length);
      return age(now) > known + QUEUE ? 0 : Math.max(0, LARGEST_WINDOW - inFlight.length);
    },
    isLate(now) {
      const known = shortest.value;
      return age(now) > (known === undefined ? FIRST_LATE : known + QUEUE + LATE);
    },
  };
}

/** The least of the values of the last one to two periods: two buckets are enough and cost nothing. */
class WindowedMinimum {
  readonly #period: number;
  #started = Number.NEGATIVE_INFINITY;
  #current = Number.POSITIVE_INFINITY;
  #previous = Number.POSITIVE_INFINITY;

  constructor(period: number) {
    this.#period = period;
  }

  get value(): number | undefined {
    const value = Math.min(this.#current, this.#previous);
    return Number.isFinite(value) ? value : undefined;
  }

  add(value: number, now: number): void {
    if (now - this.#started > this.#period) {
      this.#previous = this.#current;
      this.#current = Number.POSITIVE_INFINITY;
      this.#started = now;
    }
    this.#current = Math.min(this.#current, value);
  }
}
