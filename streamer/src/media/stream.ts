import { encodePictureUpdate, type Rectangle } from '@deskside/protocol';
import { MAX_GRANTS, type StreamFormat, type StreamRate } from './api.ts';
import { chooseEncoder } from './encoders/choose-encoder.ts';
import { Encoder, type EncoderKind } from './encoders/encoder.ts';
import { CellRegion } from './region.ts';
import type { Framebuffer } from './screen.ts';
import { COLOR_SPACE } from './yuv.ts';

export interface StreamSettings {
  /** Name of an encoder, or `auto`. */
  encoder: string;
  codecs: readonly string[];
  rate: StreamRate;
  /** Frames per second that `rate.fps` never exceeds; the encoder shares its bits out by it. */
  maxFps: number;
  firstId: number;
}

export interface StreamSink {
  /** A number for a format of this process, which no other format has. */
  nextStreamNumber(): number;
  onFormat(format: StreamFormat): void;
  onUpdate(update: Uint8Array): void;
}

/** One stream of picture updates: what it still has to tell, its own encoder, its own pace. */
export class PictureStream implements AsyncDisposable {
  /** @throws Error if no encoder of this machine makes what the viewers decode */
  static async open(screen: Framebuffer, settings: StreamSettings, sink: StreamSink): Promise<PictureStream> {
    const kind = await chooseEncoder(settings.encoder, settings.codecs);
    const stream = new PictureStream(screen, settings, sink);
    await stream.#startEncoder(kind, screen);
    return stream;
  }

  readonly #sink: StreamSink;
  readonly #maxFps: number;
  #rate: StreamRate;
  #nextId: number;
  #grants = 0;
  #lastTime = Number.NEGATIVE_INFINITY;

  /** What changed on the screen since it was last sent. */
  #pending: CellRegion;
  #keyFrameWanted = true;
  #encoder!: Encoder;
  /** Number of the current format, once it was announced. */
  #number: number | undefined;
  /** Settled when nothing of this stream runs. */
  #running: Promise<void> | undefined;

  private constructor(screen: Framebuffer, settings: StreamSettings, sink: StreamSink) {
    this.#sink = sink;
    this.#maxFps = settings.maxFps;
    this.#rate = settings.rate;
    this.#nextId = settings.firstId;
    this.#pending = new CellRegion(screen);
  }

  grant(count: number): void {
    this.#grants = Math.min(MAX_GRANTS, this.#grants + count);
  }

  requestKeyFrame(): void {
    this.#keyFrameWanted = true;
  }

  setRate(rate: StreamRate): void {
    this.#rate = rate;
    this.#encoder.setBitrate(this.#encoderBitrate);
  }

  damage(rectangles: readonly Rectangle[]): void {
    for (const rectangle of rectangles) this.#pending.add(rectangle);
  }

  /**
   * When the stream can take what is on the screen, ms on `performance`'s clock; infinite while it cannot.
   *
   * @param changed something was drawn that nobody read yet
   */
  dueAt(changed: boolean): number {
    if (this.#running || this.#grants === 0) return Number.POSITIVE_INFINITY;
    if (!changed && this.#pending.empty && !this.#keyFrameWanted) return Number.POSITIVE_INFINITY;
    return this.#lastTime + (PACE * 1000) / this.#fps;
  }

  /**
   * Sends what is pending. The pixels are read before this returns; the promise is settled when the update is out.
   *
   * @param time when the pixels came from the X server, ms on `performance`'s clock
   */
  send(screen: Framebuffer, time: number, captureTime: number): Promise<void> {
    this.#lastTime = time;
    this.#grants--;
    return this.#exclusively(() => this.#sendVideo(screen, captureTime));
  }

  /** Begins anew for a screen of another size. */
  resize(screen: Framebuffer): Promise<void> {
    return this.#exclusively(async () => {
      await this.#encoder[Symbol.asyncDispose]();
      this.#pending = new CellRegion(screen);
      this.#keyFrameWanted = true;
      this.#number = undefined;
      await this.#startEncoder(this.#encoder.kind, screen);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#running?.catch(() => {});
    await this.#encoder[Symbol.asyncDispose]();
  }

  /** Starts the work at once if nothing runs, else after it. */
  #exclusively(work: () => Promise<void>): Promise<void> {
    const mine = this.#running ? this.#running.then(work) : work();
    this.#running = mine;
    return mine.finally(() => {
      if (this.#running === mine) this.#running = undefined;
    });
  }

  async #sendVideo(screen: Framebuffer, captureTime: number): Promise<void> {
    const keyWanted = this.#keyFrameWanted;
    this.#keyFrameWanted = false;
    if (keyWanted) this.#pending.addAll();
    const owns = this.#pending.rectangles();
    this.#pending.clear();
    this.#encoder.load(screen, owns);
    const { data, key } = await this.#encoder.encode(keyWanted);
    this.#number ??= this.#announce(data);
    this.#sink.onUpdate(
      encodePictureUpdate({
        id: this.#takeId(),
        stream: this.#number,
        captureTime,
        refinement: false,
        copies: [],
        tiles: [],
        video: { key, owns, data },
      }),
    );
  }

  #announce(keyFrame: Uint8Array): number {
    const stream = this.#sink.nextStreamNumber();
    this.#sink.onFormat({
      stream,
      ...this.#encoder.size,
      codec: this.#encoder.kind.codecString(keyFrame),
      colorSpace: COLOR_SPACE,
      encoder: this.#encoder.kind.name,
    });
    return stream;
  }

  #takeId(): number {
    const id = this.#nextId;
    this.#nextId = (id + 1) >>> 0;
    return id;
  }

  async #startEncoder(kind: EncoderKind, { width, height }: Framebuffer): Promise<void> {
    const bitrate = this.#encoderBitrate;
    this.#encoder = await Encoder.start(kind, { width, height, fps: this.#maxFps, bitrate });
  }

  get #fps(): number {
    return Math.min(this.#rate.fps, this.#maxFps);
  }

  /** Encoders give each frame `bitrate / maxFps`; at a slower pace each may have more. */
  get #encoderBitrate(): number {
    return (this.#rate.bitrate * this.#maxFps) / this.#fps;
  }
}

/** Part of the frame interval that has to pass between frames: a source a little faster than `fps` is not halved. */
const PACE = 0.9;
