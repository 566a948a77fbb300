import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Measured, Meter } from './statistics.ts';

const NOTHING = { fps: 0, latency: undefined, bitrate: 0 };

let told: Measured[];
let meter: Meter;

beforeEach(() => {
  vi.useFakeTimers();
  told = [];
  meter = new Meter((measured) => told.push(measured));
});

afterEach(() => {
  meter[Symbol.dispose]();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

it('tells each second what came, and once that nothing did', () => {
  vi.advanceTimersByTime(10_000);
  meter.received(1000);
  for (const latency of [10, 20, 30, undefined]) meter.presented(latency);
  vi.advanceTimersByTime(10_000);
  expect(told).toEqual([{ fps: 4, latency: { p50: 20, p95: 30 }, bitrate: 8 }, NOTHING]);
  expect(vi.getTimerCount()).toBe(0);
  meter.presented(undefined);
  vi.advanceTimersByTime(1000);
  expect(told.at(-1)).toEqual({ ...NOTHING, fps: 1 });
});

it('tells at rest only when the page is awake anyway', () => {
  meter.tellAtRest();
  expect(told).toEqual([NOTHING]);
  meter.received(1);
  meter.tellAtRest();
  expect(told).toHaveLength(1);
});

it('tells each second, whatever comes, where that is asked for', () => {
  meter.steady = true;
  vi.advanceTimersByTime(3000);
  meter.steady = false;
  vi.advanceTimersByTime(3000);
  expect(told).toEqual([NOTHING, NOTHING, NOTHING, NOTHING]);
});
