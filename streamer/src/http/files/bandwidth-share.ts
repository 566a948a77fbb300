/**
 * Lets transfers of files have what input and pictures leave over. While something is transferred, the viewers' own
 * sockets are pinged: a longer round trip means a queue, here, on the way or there, and transfers slow down until it is
 * gone (the idea of LEDBAT, RFC 6817, with the round trip in place of the one-way delay).
 */

/** A viewer's WebSocket, as `ws` has it. */
export interface Line {
  ping(data: Buffer): void;
  on(event: 'pong', listener: (data: Buffer) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
}

/** Between two looks at the round trips, ms. */
const PERIOD = 100;

/** Queueing that transfers may cause, ms: less than a frame at 60 Hz. */
const TARGET = 15;

/** Bytes/s: where it starts, and what transfers get on the worst way, a fifth of 10 Mbit/s, so that they end one day. */
const FIRST_RATE = 1_000_000;
const LEAST_RATE = 256_000;

/** What is left of a rate after a period with a queue, at least: one late answer is no reason to stop. */
const DECLINE = 0.7;

/** Growth for each period without a queue: from the first rate to 100 MB/s within a second and a half. */
const GROWTH = 1.4;

/** A rate that nothing reached means nothing: it stays within this multiple of what was transferred. */
const HEADROOM = 3;

/** A transfer that rested may catch up this long, ms. */
const BURST = 20;

/** A queue delays all round trips, a busy processor some: so many are looked at, and the shortest of them counts. */
const SAMPLES = 4;

/** Round trips from before this are forgotten, ms: ways change. */
const MEMORY = 60_000;

export class BandwidthShare {
  readonly #probes = new Set<Probe>();
  #users = 0;
  #timer: NodeJS.Timeout | undefined;
  #rate = FIRST_RATE;
  /** Bytes since the last look. */
  #taken = 0;
  /** When the bytes that were taken are paid for, ms as `performance.now()`. */
  #paidAt = 0;

  /** Transfers make way for this viewer from now on. */
  watch(line: Line): void {
    const probe = new Probe(line);
    this.#probes.add(probe);
    line.on('close', () => this.#probes.delete(probe));
  }

  /** Begins a transfer; dispose of it at its end. */
  join(): Transfer {
    if (this.#users++ === 0) this.#start();
    return {
      take: (bytes) => this.#take(bytes),
      [Symbol.dispose]: () => {
        if (--this.#users === 0) clearInterval(this.#timer);
      },
    };
  }

  /** Bytes/s that transfers may have together now; Infinity while nobody watches. */
  get rate(): number {
    return this.#probes.size === 0 ? Number.POSITIVE_INFINITY : this.#rate;
  }

  #start(): void {
    this.#taken = 0;
    for (const probe of this.#probes) probe.send();
    this.#timer = setInterval(() => this.#adjust(), PERIOD).unref();
  }

  async #take(bytes: number): Promise<void> {
    const now = performance.now();
    this.#taken += bytes;
    this.#paidAt = Math.max(this.#paidAt, now - BURST) + (1000 * bytes) / this.rate;
    const wait = this.#paidAt - now;
    if (wait >= 1) await new Promise((resolve) => setTimeout(resolve, Math.min(wait, 1000)));
  }

  #adjust(): void {
    const queueing = Math.max(...[...this.#probes].map((probe) => probe.queueing()));
    const reached = (1000 * this.#taken) / PERIOD;
    this.#taken = 0;
    if (queueing > TARGET) this.#rate *= Math.max(DECLINE, TARGET / queueing);
    else this.#rate = Math.min(this.#rate * GROWTH, Math.max(reached * HEADROOM, FIRST_RATE));
    this.#rate = Math.max(this.#rate, LEAST_RATE);
    for (const probe of this.#probes) probe.send();
  }
}

export interface Transfer extends Disposable {
  /** Resolves when so many bytes may pass. */
  take(bytes: number): Promise<void>;
}

/** Measures one viewer's round trip. */
class Probe {
  readonly #line: Line;
  #sentAt: number | undefined;
  readonly #samples: number[] = [];
  #shortest = Number.POSITIVE_INFINITY;
  #shortestAt = 0;

  constructor(line: Line) {
    this.#line = line;
    line.on('pong', (data) => this.#answered(data));
  }

  send(): void {
    if (this.#sentAt !== undefined) return;
    this.#sentAt = performance.now();
    this.#line.ping(stamp(this.#sentAt));
  }

  /** What the way takes longer than at its best, ms. */
  queueing(): number {
    const waiting = this.#sentAt === undefined ? 0 : performance.now() - this.#sentAt;
    // What has not been answered yet takes at least this long; without an answer ever, nothing is known.
    const current = Math.max(Math.min(...this.#samples), waiting);
    return this.#samples.length === 0 ? 0 : Math.max(0, current - this.#shortest);
  }

  #answered(data: Buffer): void {
    if (this.#sentAt === undefined || !data.equals(stamp(this.#sentAt))) return;
    const now = performance.now();
    const roundTrip = now - this.#sentAt;
    this.#sentAt = undefined;
    this.#samples.push(roundTrip);
    if (this.#samples.length > SAMPLES) this.#samples.shift();
    if (roundTrip <= this.#shortest || now - this.#shortestAt > MEMORY) {
      this.#shortest = roundTrip;
      this.#shortestAt = now;
    }
  }
}

function stamp(time: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(time);
  return bytes;
}
