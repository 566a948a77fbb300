import type { Statistics } from '../core/index.ts';

/** What was measured in one second. */
export interface Sample {
  /** Ms since the Unix epoch. */
  time: number;
  statistics: Statistics;
}

/** Seconds that are remembered: what one wants to see of a stutter that is just over. */
const REMEMBERED = 600;

const SECOND = 1000;

/** What was measured in the last minutes, and how it is saved. */
export class StatisticsHistory {
  readonly #samples: Sample[] = [];

  add(statistics: Statistics): void {
    const time = Date.now();
    this.#fillRest(time);
    this.#push({ time, statistics });
  }

  /** The oldest first. */
  get samples(): readonly Sample[] {
    return this.#samples;
  }

  toJson(): string {
    return `${JSON.stringify(this.#samples.map(flat), null, 2)}\n`;
  }

  /** While nothing moves less is told than a sample a second: it goes on as it was. */
  #fillRest(until: number): void {
    const last = this.#samples.at(-1);
    if (!last || last.statistics.fps > 0 || last.statistics.bitrate > 0) return;
    const first = Math.max(last.time, until - REMEMBERED * SECOND) + SECOND;
    for (let time = first; time < until - SECOND / 2; time += SECOND) this.#push({ ...last, time });
  }

  #push(sample: Sample): void {
    this.#samples.push(sample);
    if (this.#samples.length > REMEMBERED) this.#samples.shift();
  }

  /** Comma-separated values (RFC 4180), the first line naming them with their units. */
  toCsv(): string {
    const rows = this.#samples.map(flat);
    const names = Object.keys(rows[0] ?? {});
    const lines = rows.map((row) => Object.values(row).map(quote).join(','));
    return [names.join(','), ...lines, ''].join('\r\n');
  }
}

function flat({ time, statistics }: Sample): Record<string, string | number | undefined> {
  const { fps, latency, roundTrip, bitrate, width, height, codec, encoder, way } = statistics;
  return {
    time: new Date(time).toISOString(),
    fps,
    latency_p50_ms: latency?.p50,
    latency_p95_ms: latency?.p95,
    round_trip_ms: roundTrip,
    received_kbit_s: bitrate,
    width,
    height,
    codec,
    encoder,
    way: way.name,
    reason: way.reason,
  };
}

function quote(value: string | number | undefined): string {
  const text = String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
