import type { CurrentWay } from './transports/ways.ts';

/** What the viewer tells about itself while it is live: each second, and twice a minute while nothing moves. */
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

export type Measured = Pick<Statistics, 'fps' | 'latency' | 'bitrate'>;

const MEASURE_EVERY = 1000;

/** Measures each second what comes, and once that nothing does: then it wakes the page no more before something does. */
export class Meter implements Disposable {
  readonly #onMeasured: (measured: Measured) => void;
  #timer: ReturnType<typeof setInterval> | undefined;
  #steady = false;
  #latencies: number[] = [];
  #pictures = 0;
  #bytes = 0;
  #since = performance.now();

  constructor(onMeasured: (measured: Measured) => void) {
    this.#onMeasured = onMeasured;
  }

  /** Whether it measures each second also where nothing comes. */
  set steady(steady: boolean) {
    this.#steady = steady;
    if (steady) this.#start();
  }

  received(bytes: number): void {
    this.#start();
    this.#bytes += bytes;
  }

  /** @param latency ms; undefined if the clocks are not known yet */
  presented(latency: number | undefined): void {
    this.#start();
    this.#pictures++;
    if (latency !== undefined) this.#latencies.push(latency);
  }

  /** The page is awake anyway: tells what is told each second otherwise. */
  tellAtRest(): void {
    if (!this.#timer) this.#onMeasured({ fps: 0, latency: undefined, bitrate: 0 });
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #start(): void {
    if (this.#timer) return;
    this.#take();
    this.#timer = setInterval(() => this.#measure(), MEASURE_EVERY);
  }

  #measure(): void {
    const isAtRest = this.#pictures === 0 && this.#bytes === 0;
    if (isAtRest && !this.#steady) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
    this.#onMeasured(this.#take());
  }

  /** What happened since the last call. */
  #take(): Measured {
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
