import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { TailLossProbe } from './tail-loss-probe.ts';

let probes: number[];
let tail: TailLossProbe;

beforeEach(() => {
  vi.useFakeTimers();
  probes = [];
  const start = performance.now();
  tail = new TailLossProbe(() => probes.push(Math.round(performance.now() - start)));
});
afterEach(() => void vi.useRealTimers());

it('sends the last packet again until word of its frame comes, ever more rarely, and then gives up', () => {
  tail.sent(1);
  vi.advanceTimersByTime(60_000);
  expect(probes).toEqual([300, 900, 2100, 4500]);
});

it('goes by the round trips that it saw', () => {
  for (let id = 0; id < 50; id++) {
    tail.sent(id);
    vi.advanceTimersByTime(80);
    tail.acknowledged(id);
  }
  expect(probes).toEqual([]);
  tail.sent(50);
  vi.advanceTimersByTime(170);
  expect(probes).toHaveLength(1);
});

it('keeps silent while frames follow each other, and once the newest is there', () => {
  for (let id = 0; id < 100; id++) {
    tail.sent(id);
    vi.advanceTimersByTime(50);
  }
  expect(tail.outstanding).toBe(true);
  tail.acknowledged(98);
  expect(tail.outstanding).toBe(true);
  tail.acknowledged(99);
  expect(tail.outstanding).toBe(false);
  vi.advanceTimersByTime(60_000);
  expect(probes).toEqual([]);
});
