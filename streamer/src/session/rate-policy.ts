/** How many bits and frames a viewer's stream may have, and how large ones: a policy without I/O, fed with what the path is found to be. */
import type { StreamRate } from '../media/api.ts';
import type { PathEstimate } from './path-estimator.ts';

export interface RatePolicy {
  readonly rate: StreamRate;
  /**
   * Takes note of an update, or a group of packets, that arrived.
   *
   * @param delivered what has arrived within the last so many ms, kbit/s
   */
  update(estimate: PathEstimate, delivered: (period: number) => number, now: number): void;
  /** Takes note of the part of the packets that get lost, 0 to 1. */
  lost(fraction: number, now: number): void;
}

/** Queueing above this, ms, is congestion: a frame at 60 per second and the jitter of Wi-Fi. */
const CONGESTED = 25;

/** Part of the capacity that is used: what queued drains, and key frames fit in (GCC section 5.5: beta = 0.85). */
const HEADROOM = 0.85;

/** Growth per second while nothing queues, far from where the last congestion was and near it (GCC: 1.08). */
const FAST_GROWTH = 1.8;
const CAREFUL_GROWTH = 1.1;

/** A way is not believed to carry more than so many times what it did carry lately (GCC section 5.5), lately being ms. */
const UNPROVEN = 1.5;
const LATELY = 1000;

/**
 * A way that nobody knows yet is taken for one of so many kbit/s, which at most doubles in so many ms, as long as what it is
 * asked for arrives and no bottleneck shows: a first second of the most would flood the narrow ones that people work over.
 */
const FIRST_BITRATE = 2000;
const DOUBLES_IN = 200;

/** What counts as near: congestion came at this multiple of the rate, either way. */
const NEAR = 1.3;

/**
 * Where congestion was is forgotten after this long without any, ms: careful growth from the headroom's 0.85 is past it
 * by then, so the way carries more than it did.
 */
const MEMORY = 2500;

/** After a decrease, ms, before growth: the queue has to drain and the news to come back first. */
const SETTLE = 300;

/**
 * Loss above the one is congestion even where nothing queues, above the other no way to grow on quickly (GCC section 6,
 * which does not grow at all there: radio loses that much for hours).
 */
const HEAVY_LOSS = 0.1;
const LIGHT_LOSS = 0.02;

/** What a heavy loss takes off the rate: this part of the part that is lost (GCC section 6). */
const LOSS_DECREASE = 0.5;

/** Least bits for video that still shows what happens, kbit/s. */
const LEAST_BITRATE = 150;

/** Below this a frame of a 1080p desktop is a smear, kbit: fewer frames are better then. */
const LEAST_FRAME = 40;
const LEAST_FPS = 10;

/** Where even so few frames would be smears, they are halved in width and height, kbit/s; above the other no more. */
const HALVED_BELOW = LEAST_FRAME * LEAST_FPS;
const WHOLE_ABOVE = 2 * HALVED_BELOW;

/** A day without updates must not count as one step of growth, ms. */
const LONGEST_STEP = 100;

/** @param sharpens what rests is made exact later; else the first picture stays as it is, and has to be good */
export function createRatePolicy(most: StreamRate, sharpens: boolean): RatePolicy {
  let bitrate = sharpens ? Math.min(most.bitrate, FIRST_BITRATE) : most.bitrate;
  let isKnown = bitrate === most.bitrate;
  let congestedAt: number | undefined;
  let changed = Number.NEGATIVE_INFINITY;
  let before: number | undefined;
  let loss = 0;
  let halved = false;

  function follow(): void {
    if (bitrate <= HALVED_BELOW) halved = true;
    if (bitrate > WHOLE_ABOVE) halved = false;
  }

  function decrease(target: number, now: number): void {
    changed = now;
    isKnown = true;
    bitrate = Math.min(bitrate, Math.max(LEAST_BITRATE, target));
    follow();
  }

  function explore(delivered: number, elapsed: number): void {
    const believable = Math.max(bitrate, delivered * UNPROVEN);
    bitrate = Math.min(most.bitrate, believable, bitrate * 2 ** (elapsed / DOUBLES_IN));
    if (bitrate === most.bitrate) isKnown = true;
  }

  function grow(delivered: number, now: number, elapsed: number): void {
    if (now - changed > MEMORY) congestedAt = undefined;
    const near = congestedAt !== undefined && bitrate * NEAR > congestedAt && bitrate < congestedAt * NEAR;
    const growth = near || loss > LIGHT_LOSS ? CAREFUL_GROWTH : FAST_GROWTH;
    const believable = Math.max(bitrate, delivered * UNPROVEN);
    bitrate = Math.min(most.bitrate, believable, bitrate * growth ** (elapsed / 1000));
    follow();
  }

  follow();

  return {
    get rate() {
      const leastFrame = halved ? LEAST_FRAME / 4 : LEAST_FRAME;
      const fps = isKnown ? Math.max(LEAST_FPS, Math.min(most.fps, bitrate / leastFrame)) : most.fps;
      return { bitrate: Math.round(bitrate), fps: Math.round(fps), ...(halved && { scale: 2 as const }) };
    },
    update({ queueing, capacity }, delivered, now) {
      const elapsed = Math.min(LONGEST_STEP, now - (before ?? now));
      before = now;
      if (queueing > CONGESTED && capacity !== undefined) {
        if (capacity * HEADROOM < bitrate) congestedAt = capacity;
        decrease(capacity * HEADROOM, now);
      } else if (!isKnown) explore(delivered(DOUBLES_IN), elapsed);
      else if (queueing < CONGESTED && now - changed > SETTLE) grow(delivered(LATELY), now, elapsed);
    },
    lost(fraction, now) {
      loss = fraction;
      if (loss > HEAVY_LOSS && now - changed > SETTLE) decrease(bitrate * (1 - LOSS_DECREASE * loss), now);
    },
  };
}
