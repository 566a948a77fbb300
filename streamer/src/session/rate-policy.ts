/** How many bits and frames a viewer's stream may have: a policy without I/O, fed with what the path is found to be. */
import type { StreamRate } from '../media/api.ts';
import type { PathEstimate } from './path-estimator.ts';

export interface RatePolicy {
  readonly rate: StreamRate;
  /** Takes note of an update that arrived. */
  update(estimate: PathEstimate, now: number): void;
}

/** Queueing above this, ms, is congestion: a frame at 60 per second and the jitter of Wi-Fi. */
const CONGESTED = 25;

/** Part of the capacity that is used: what queued drains, and key frames fit in (GCC section 5.5: beta = 0.85). */
const HEADROOM = 0.85;

/** Growth per second while nothing queues, far from where the last congestion was and near it. */
const FAST_GROWTH = 1.8;
const CAREFUL_GROWTH = 1.1;

/** What counts as near: congestion came at this multiple of the rate, either way. */
const NEAR = 1.3;

/** After a decrease, ms, before growth: the queue has to drain and the news to come back first. */
const SETTLE = 300;

/** Least bits for video that still shows what happens, kbit/s. */
const LEAST_BITRATE = 300;

/** Below this a frame of a 1080p desktop is a smear, kbit: fewer frames are better then. */
const LEAST_FRAME = 40;
const LEAST_FPS = 10;

/** A day without updates must not count as one step of growth, ms. */
const LONGEST_STEP = 100;

export function createRatePolicy(most: StreamRate): RatePolicy {
  let bitrate = most.bitrate;
  let congestedAt: number | undefined;
  let changed = Number.NEGATIVE_INFINITY;
  let before: number | undefined;

  function decrease(capacity: number, now: number): void {
    const target = Math.max(LEAST_BITRATE, capacity * HEADROOM);
    changed = now;
    if (target >= bitrate) return;
    congestedAt = capacity;
    bitrate = target;
  }

  function grow(elapsed: number): void {
    const near = congestedAt !== undefined && bitrate * NEAR > congestedAt && bitrate < congestedAt * NEAR;
    bitrate *= (near ? CAREFUL_GROWTH : FAST_GROWTH) ** (elapsed / 1000);
    if (bitrate < most.bitrate) return;
    bitrate = most.bitrate;
    congestedAt = undefined;
  }

  return {
    get rate() {
      const fps = Math.max(LEAST_FPS, Math.min(most.fps, bitrate / LEAST_FRAME));
      return { bitrate: Math.round(bitrate), fps: Math.round(fps) };
    },
    update({ queueing, capacity }, now) {
      const elapsed = Math.min(LONGEST_STEP, now - (before ?? now));
      before = now;
      if (queueing > CONGESTED && capacity !== undefined) decrease(capacity, now);
      else if (queueing < CONGESTED && now - changed > SETTLE) grow(elapsed);
    },
  };
}
