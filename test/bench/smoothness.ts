import type { Seen } from './stage.ts';

/** How well a time code was followed. */
export interface Smoothness {
  /** Different pictures a second that the page showed. */
  fps: number;
  /** From drawn to seen, ms. */
  p50: number;
  p95: number;
  /** The longest time without another picture, ms. */
  longestGap: number;
}

/** @param seen pictures of one probe, in order, during so many seconds */
export function smoothness(seen: readonly Seen[], seconds: number): Smoothness {
  const delays = seen.map(({ drawn, seen }) => seen - drawn).sort((a, b) => a - b);
  const gaps = seen.slice(1).map(({ seen: time }, i) => time - seen[i]!.seen);
  return {
    fps: delays.length / seconds,
    p50: quantile(delays, 0.5),
    p95: quantile(delays, 0.95),
    longestGap: Math.max(0, ...gaps),
  };
}

/** @param sorted upwards */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
