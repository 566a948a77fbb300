import type { PacketFeedback } from './packet-feedback.ts';

/** How long a loss counts, ms (twice): long enough for a hundred packets of a slow stream. */
const PERIOD = 1000;

/** Fewer packets tell nothing of a part of them. */
const ENOUGH = 20;

export interface LossMeter {
  add(packets: readonly PacketFeedback[], now: number): void;
  /** Part of the packets that were lost lately, 0 to 1. */
  readonly fraction: number;
}

interface Count {
  lost: number;
  arrived: number;
}

export function createLossMeter(): LossMeter {
  let started = Number.NEGATIVE_INFINITY;
  let current: Count = { lost: 0, arrived: 0 };
  let previous: Count = current;

  return {
    add(packets, now) {
      if (now - started > PERIOD) {
        previous = current;
        current = { lost: 0, arrived: 0 };
        started = now;
      }
      for (const { received } of packets) {
        if (received === undefined) current.lost++;
        else current.arrived++;
      }
    },
    get fraction() {
      const lost = previous.lost + current.lost;
      const all = lost + previous.arrived + current.arrived;
      return all < ENOUGH ? 0 : lost / all;
    },
  };
}
