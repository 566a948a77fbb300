/** What a way to a viewer can carry, from when updates were sent and when they had arrived: a policy without I/O. */

/** One update that arrived. */
export interface Delivery {
  bytes: number;
  /** When it was sent, ms on the streamer's clock. */
  sent: number;
  /** When it had arrived, ms on the viewer's clock: only differences mean anything. */
  received: number;
}

export interface PathEstimate {
  /** How long updates wait in queues of the way, ms, beyond an empty way's delay. */
  queueing: number;
  /** What the way carries, kbit/s; undefined while updates pass too quickly to tell. */
  capacity: number | undefined;
}

export interface PathEstimator {
  add(delivery: Delivery): PathEstimate;
}

/**
 * Deliveries that are looked at together. Their median is not moved by the few that a retransmission or a busy
 * machine delayed, and at 60 per second it knows of a change within 80 ms.
 */
const WINDOW = 9;

/** An update that occupied the way for less than this, ms, tells nothing: clocks and wake-ups jitter by as much. */
const SHORTEST_TRAIN = 3;

/**
 * How long the shortest delay counts as that of an empty way, ms. Longer than a queue of our own lasts, since rates go
 * down until it drains; short enough that a way that became longer is not taken for a queue for long.
 */
const MEMORY = 3000;

/**
 * Large deliveries that take less than this times as long as small ones in proportion to their bytes were not held up
 * by a bottleneck of the network, but by a viewer that is busy: fewer bits would not help it.
 */
const PROPORTIONAL = 0.6;

/** Sizes that differ by less than this part of their mean say nothing about that, and so do fewer deliveries. */
const ENOUGH_DIFFERENCE = 0.2;
const ENOUGH_TRAINS = 4;

/** Deliveries that are compared so: half a second at 60 per second. */
const COMPARED = 30;

interface Train {
  bytes: number;
  /** For how long the way was busy with it, ms. */
  busy: number;
}

export function createPathEstimator(): PathEstimator {
  const emptyDelay = new WindowedMinimum(MEMORY);
  const recent: PathEstimate[] = [];
  const trains: Train[] = [];
  let previous = Number.NEGATIVE_INFINITY;

  return {
    add({ bytes, sent, received }) {
      emptyDelay.add(received - sent, sent);
      const earliest = sent + emptyDelay.value!;
      // Like a packet train (draft-ietf-rmcat-gcc-02 section 5.2 groups packets in the same way): from when its first
      // byte could have come, or the update before it had, the way was busy with this one.
      const busy = received - Math.max(earliest, previous);
      const queueing = Math.max(0, Math.min(previous, received) - earliest);
      previous = Math.max(previous, received);
      remember(
        recent,
        { queueing, capacity: busy >= SHORTEST_TRAIN ? (bytes * 8) / busy : undefined },
        WINDOW,
      );
      remember(trains, { bytes, busy }, COMPARED);
      const capacities = recent.map(({ capacity }) => capacity).filter((capacity) => capacity !== undefined);
      const known = capacities.length * 2 > recent.length && !takesTimeWhateverTheSize(trains);
      return {
        queueing: median(recent.map((estimate) => estimate.queueing)),
        capacity: known ? median(capacities) : undefined,
      };
    },
  };
}

function remember<T>(list: T[], item: T, most: number): void {
  list.push(item);
  if (list.length > most) list.shift();
}

/** Compares the larger half with the smaller one. */
function takesTimeWhateverTheSize(trains: readonly Train[]): boolean {
  if (trains.length < ENOUGH_TRAINS) return false;
  const sorted = trains.toSorted((a, b) => a.bytes - b.bytes);
  const half = sorted.length >> 1;
  const [small, large] = [sorted.slice(0, half), sorted.slice(-half)].map((part) => ({
    bytes: mean(part.map(({ bytes }) => bytes)),
    // A few that met a viewer who was free for once are not to count.
    busy: median(part.map(({ busy }) => busy)),
  })) as [Train, Train];
  const difference = (large.bytes - small.bytes) / (large.bytes + small.bytes);
  if (!(difference * 2 > ENOUGH_DIFFERENCE)) return false;
  return (large.busy - small.busy) / (large.busy + small.busy) < PROPORTIONAL * difference;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

/** The least of the values of the last one to two periods: two buckets are enough and cost nothing. */
export class WindowedMinimum {
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
