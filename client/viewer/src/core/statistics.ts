import type { CurrentWay } from './transports/ways.ts';

/** What the viewer tells about itself, once a second while it is live. */
export interface Statistics {
  /** Different pictures that reached the screen in the last second. */
  fps: number;
  /** From reading the pixels at the X server to the screen of the viewer, ms; undefined while nothing moves. */
  latency: { p50: number; p95: number } | undefined;
  /** Network and both ends, ms; undefined before the first answer. */
  roundTrip: number | undefined;
  /** Received in the last second, kbit/s. */
  bitrate: number;
  /** How pictures come, and what else was tried. */
  way: CurrentWay;
  encoder: string;
  codec: string;
  /** Of the screen, device pixels. */
  width: number;
  height: number;
}

/** Counts what happens between two looks at it. */
export class Meter {
  #latencies: number[] = [];
  #pictures = 0;
  #bytes = 0;
  #since = performance.now();

  received(bytes: number): void {
    this.#bytes += bytes;
  }

  /** @param latency ms; undefined if the clocks are not known yet */
  presented(latency: number | undefined): void {
    this.#pictures++;
    if (latency !== undefined) this.#latencies.push(latency);
  }

  /** What happened since the last call. */
  take(): Pick<Statistics, 'fps' | 'latency' | 'bitrate'> {
    const seconds = (performance.now() - this.#since) / 1000;
    const latency = percentiles(this.#latencies);
    const result = {
      fps: Math.round(this.#pictures / seconds),
      latency,
      bitrate: Math.round((this.#bytes * 8) / 1000 / seconds),
    };
    this.#latencies = [];
    this.#pictures = this.#bytes = 0;
    this.#since = performance.now();
    return result;
  }
}

function percentiles(values: number[]): { p50: number; p95: number } | undefined {
  if (values.length === 0) return undefined;
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
  return { p50: at(0.5), p95: at(0.95) };
}
