/** What operators watch, in the text format of Prometheus. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Media, MediaStatistics } from '../media/api.ts';
import type { Session } from '../session/session.ts';
import { version } from '../version.ts';

export interface MetricsOptions {
  media: Pick<Media, 'statistics'>;
  /** What came in over ICE that belongs to nobody, since the start, by reason. */
  strays?(): Readonly<Record<string, number>>;
  session(): Pick<Session, 'roles' | 'streams'>;
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

  constructor({ media, session, strays }: MetricsOptions) {
    const registers = [this.#registry];
    new Gauge({
      name: 'deskside_viewers',
      help: 'People who are there',
      labelNames: ['role'],
      registers,
      collect() {
        for (const role of ['controller', 'viewer'] as const) {
          this.set({ role }, session().roles.filter((one) => one === role).length);
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
    new Counter({
      name: 'deskside_picture_updates_dropped_total',
      help: 'Picture updates that a viewer was not sent since its way was behind',
      registers,
      collect() {
        this.reset();
        this.inc(session().streams.skipped);
      },
    });
    new Gauge({
      name: 'deskside_streams',
      help: 'Streams that are being made, each by an encoder of its own',
      registers,
      collect() {
        this.set(session().streams.size);
      },
    });
    new Gauge({
      name: 'deskside_video_limit_bytes_per_second',
      help: 'What the encoders of all streams together may spend now',
      registers,
      collect() {
        // Kbit/s; Prometheus counts in bytes.
        this.set((session().streams.bitrate * 1000) / 8);
      },
    });
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
