import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { BandwidthShare, type Line } from './bandwidth-share.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

/** A viewer behind a way that answers after `delay`, ms. */
class SimulatedViewer implements Line {
  delay = 20;
  readonly #listeners = { pong: [] as ((data: Buffer) => void)[], close: [] as (() => void)[] };
  pings = 0;

  ping(data: Buffer): void {
    this.pings++;
    setTimeout(() => {
      for (const listener of this.#listeners.pong) listener(data);
    }, this.delay);
  }

  on(event: 'pong' | 'close', listener: ((data: Buffer) => void) & (() => void)): void {
    this.#listeners[event].push(listener);
  }

  leave(): void {
    for (const listener of this.#listeners.close) listener();
  }
}

/** Transfers as fast as it may for so long; bytes. */
async function transfer(share: BandwidthShare, ms: number, piece = 16_384): Promise<number> {
  using use = share.join();
  const end = performance.now() + ms;
  let bytes = 0;
  while (performance.now() < end) {
    const passed = use.take(piece).then(() => true);
    let done = false;
    passed.then(() => {
      done = true;
    });
    while (!done) await vi.advanceTimersByTimeAsync(1);
    bytes += piece;
    if (!Number.isFinite(share.rate)) await vi.advanceTimersByTimeAsync(1);
  }
  return bytes;
}

it('has all that there is while nobody watches, and pings nobody who is not affected', async () => {
  const share = new BandwidthShare();
  expect(share.rate).toBe(Number.POSITIVE_INFINITY);
  const viewer = new SimulatedViewer();
  share.watch(viewer);
  await vi.advanceTimersByTimeAsync(5000);
  expect(viewer.pings).toBe(0);
  viewer.leave();
  expect(share.rate).toBe(Number.POSITIVE_INFINITY);
});

it('grows while the viewers’ round trips stay what they are', async () => {
  const share = new BandwidthShare();
  share.watch(new SimulatedViewer());
  const before = share.rate;
  await transfer(share, 1000);
  expect(share.rate).toBeGreaterThan(2 * before);
});

it('makes way while they are longer, and comes back', async () => {
  const share = new BandwidthShare();
  const viewer = new SimulatedViewer();
  share.watch(viewer);
  await transfer(share, 1000);
  const free = share.rate;
  viewer.delay = 80;
  await transfer(share, 3000);
  const crowded = share.rate;
  expect(crowded).toBeLessThan(free / 4);
  expect(crowded).toBeGreaterThan(0);
  viewer.delay = 20;
  await transfer(share, 3000);
  expect(share.rate).toBeGreaterThan(2 * crowded);
});

it('counts a viewer that does not answer as one that waits', async () => {
  const share = new BandwidthShare();
  const viewer = new SimulatedViewer();
  share.watch(viewer);
  await transfer(share, 1000);
  const free = share.rate;
  viewer.delay = 60_000;
  await transfer(share, 3000);
  expect(share.rate).toBeLessThan(free / 4);
});

it('does not slow down for one late answer', async () => {
  const share = new BandwidthShare();
  const viewer = new SimulatedViewer();
  share.watch(viewer);
  await transfer(share, 1000);
  const free = share.rate;
  viewer.delay = 60;
  await vi.advanceTimersByTimeAsync(1);
  viewer.delay = 20;
  await transfer(share, 500);
  expect(share.rate).toBeGreaterThan(free / 2);
});

it('lets transfers have together what one would have', async () => {
  const share = new BandwidthShare();
  share.watch(new SimulatedViewer());
  using first = share.join();
  using second = share.join();
  const began = performance.now();
  const both = Promise.all([first.take(500_000), second.take(500_000)]);
  await vi.advanceTimersByTimeAsync(2000);
  await both;
  expect(performance.now() - began).toBeGreaterThan(900);
});
