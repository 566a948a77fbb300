/** What operators watch, in the text format of Prometheus. */
import type { Role } from '@deskside/protocol';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Media, MediaStatistics } from '../media/api.ts';
import { version } from '../version.ts';

export interface MetricsOptions {
  media: Pick<Media, 'statistics'>;
  /** The role of everybody who is there. */
  roles(): readonly Role[];
  /** What came in over ICE that belongs to nobody, since the start, by reason. */
  strays?(): Readonly<Record<string, number>>;
}

/** Seconds; from a frame at 200 Hz to what nobody works with. */
const DELAYS = [0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1, 2.5];

type Count = Exclude<keyof MediaStatistics, 'encoder'>;

const COUNTERS: Record<Count, { name: string; help: string }> = {
  updates: { name: 'deskside_picture_updates_total', help: 'Picture updates made, over all streams' },
  keyFrames: { name: 'deskside_key_frames_total', help: 'Picture updates that were key frames' },
  bytes: { name: 'deskside_picture_bytes_total', help: 'Bytes of all picture updates' },
  restarts: { name: 'deskside_media_restarts_total', help: 'Times that the media process was started again' },
};

export class Metrics {
  readonly #registry = new Registry();
  readonly #delay: Histogram;

  constructor({ media, roles, strays }: MetricsOptions) {
    const registers = [this.#registry];
    new Gauge({
      name: 'deskside_viewers',
      help: 'People who are there',
      labelNames: ['role'],
      registers,
      collect() {
        for (const role of ['controller', 'viewer'] as const) {
          this.set({ role }, roles().filter((one) => one === role).length);
        }
      },
    });
    for (const [count, { name, help }] of Object.entries(COUNTERS)) {
      new Counter({
        name,
        help,
        registers,
        collect() {
          this.reset();
          this.inc(media.statistics()[count as Count]);
        },
      });
    }
    if (strays) {
      new Counter({
        name: 'deskside_ice_refused_total',
        help: 'Datagrams for WebRTC that belong to no viewer, by reason',
        labelNames: ['reason'],
        registers,
        collect() {
          this.reset();
          for (const [reason, count] of Object.entries(strays())) this.inc({ reason }, count);
        },
      });
    }
    new Gauge({
      name: 'deskside_info',
      help: 'The version and the encoder, as labels',
      labelNames: ['version', 'encoder'],
      registers,
      collect() {
        this.reset();
        this.set({ version, encoder: media.statistics().encoder ?? '' }, 1);
      },
    });
    this.#delay = new Histogram({
      name: 'deskside_picture_delay_seconds',
      help: 'From the capture of a picture until a viewer’s acknowledgement that it was decoded',
      buckets: DELAYS,
      registers,
    });
  }

  /** A viewer has acknowledged an update so long after its capture, ms. */
  acknowledged(delay: number): void {
    this.#delay.observe(delay / 1000);
  }

  /** The media type and the text of all of them. */
  async render(): Promise<{ type: string; body: string }> {
    return { type: this.#registry.contentType, body: await this.#registry.metrics() };
  }
}
