/** Compares two ways by questions that are asked over both at the same time. */
import type { Transport } from '@deskside/protocol';
import { now } from '../clock.ts';

/** Of one way, ms. */
export interface RoundTrip {
  median: number;
  /** What is left where nothing had to wait. */
  least: number;
}

export interface RoundTripsOptions {
  /** Asks over a way; the answer is to come to {@link RoundTrips.answered} with the same time. */
  ask(way: Transport, time: number): void;
  /** Not called when a way answers too little. */
  onMeasured(roundTrips: Record<Transport, RoundTrip>): void;
}

/** How long is measured, ms, and how often it is asked meanwhile. */
const LASTS = 2000;
const EVERY = 50;

/** Fewer answers tell nothing. */
const LEAST_ANSWERS = 8;

export class RoundTrips implements Disposable {
  readonly #samples: Record<Transport, number[]> = { websocket: [], webrtc: [] };
  /** Questions under way, by their times. */
  readonly #asked = new Map<number, Transport>();
  readonly #timers: ReturnType<typeof setTimeout>[];

  constructor({ ask, onMeasured }: RoundTripsOptions) {
    let count = 0;
    // In turn: clocks of browsers are coarse, and one moment must not stand for both.
    const next = (): void => {
      const way = count++ % 2 === 0 ? 'websocket' : 'webrtc';
      const time = now();
      this.#asked.set(time, way);
      ask(way, time);
    };
    const finish = (): void => {
      this[Symbol.dispose]();
      const { websocket, webrtc } = this.#samples;
      if (Math.min(websocket.length, webrtc.length) < LEAST_ANSWERS) return;
      onMeasured({ websocket: summary(websocket), webrtc: summary(webrtc) });
    };
    this.#timers = [setInterval(next, EVERY), setTimeout(finish, LASTS)];
  }

  /** @param time of the question */
  answered(time: number): void {
    const way = this.#asked.get(time);
    if (way) this.#samples[way].push(now() - time);
  }

  [Symbol.dispose](): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }
}

function summary(samples: number[]): RoundTrip {
  const sorted = samples.toSorted((a, b) => a - b);
  return { median: sorted[sorted.length >> 1]!, least: sorted[0]! };
}
