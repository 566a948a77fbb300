import type { StreamRate } from '../../media/api.ts';
import { createFlow } from '../flow.ts';

export interface LinkOptions {
  /** Kbit/s at a time, ms. */
  capacity(now: number): number;
  /** One way at a time, ms. */
  delay(now: number): number;
  /** Part of the updates of which something is lost and sent again, one round trip later. */
  loss?: number;
  most?: StreamRate;
}

export interface Frame {
  /** When it was captured, ms. */
  captured: number;
  /** When it was on the screen, ms. */
  shown: number;
  /** What the stream was allowed then, kbit/s. */
  bitrate: number;
}

const STEP = 1;
const DECODING = 3;

/** A moving picture over a bottleneck, for so many ms: a frame whenever one is due and the flow has room. */
export function simulate(duration: number, options: LinkOptions): Frame[] {
  const { capacity, loss = 0, most = { bitrate: 8000, fps: 60 } } = options;
  const flow = createFlow(most);
  const random = seededRandom();
  const frames: Frame[] = [];
  const arriving: { id: number; at: number; received: number }[] = [];
  let id = 0;
  let due = 0;
  let free = 0;

  for (let now = 0; now < duration; now += STEP) {
    while (arriving[0] && arriving[0].at <= now) {
      const { id, received } = arriving.shift()!;
      flow.acknowledged(id, received, now);
    }
    const { bitrate, fps } = flow.rate;
    if (now < due || flow.room(now) === 0) continue;
    due = Math.max(due + 1000 / fps, now);
    const bytes = ((bitrate / fps) * 1000 * (0.6 + 0.8 * random())) / 8;
    flow.sent(id, bytes, now);
    free = Math.max(free, now) + (bytes * 8) / capacity(now);
    const delay = options.delay(now);
    const received = free + delay + random() * 2 + (random() < loss ? 2 * delay + 10 : 0);
    arriving.push({ id: id++, at: received + DECODING + delay, received });
    arriving.sort((a, b) => a.at - b.at);
    frames.push({ captured: now, shown: received + DECODING, bitrate });
  }
  return frames;
}

/** The same numbers in every run (a linear congruential generator, Numerical Recipes' constants). */
function seededRandom(): () => number {
  let state = 1;
  return () => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return state / 2 ** 32;
  };
}
