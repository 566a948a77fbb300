import {
  encodePictureUpdate,
  type PictureUpdate,
  type Rectangle,
  type Tile,
  type VideoUnit,
} from '@deskside/protocol';
import {
  GRANTS_TO_REFINE,
  type Stage,
  type StreamFormat,
  type StreamRate,
  type UpdateStages,
} from './api.ts';
import { Damage } from './damage.ts';
import type { EncoderChoice } from './encoders/encoder-choice.ts';
import type { EncoderKind } from './encoders/encoder-kind.ts';
import { minQuantizerFor } from './encoders/min-quantizer.ts';
import type { Framebuffer } from './framebuffer.ts';
import { Layers, mayHaveMoved, type Plan } from './layers.ts';
import { Pace } from './pace.ts';
import { RefinementBudget } from './refinement.ts';
import { type Change, VideoLayer } from './video-layer.ts';
import { COLOR_SPACE, evenSize } from './yuv.ts';

export interface StreamSettings {
  encoders: EncoderChoice;
  codecs: readonly string[];
  /** Exact pixels over the video; else all of the picture is video. */
  exact: boolean;
  rate: StreamRate;
  /** Frames per second that `rate.fps` never exceeds; the encoder shares its bits out by it. */
  maxFps: number;
  /** kbit/s that `rate.bitrate` never exceeds. */
  maxBitrate: number;
  firstId: number;
}

export interface StreamSink {
  /** A number for a format of this process, which no other format has. */
  nextStreamNumber(): number;
  onFormat(format: StreamFormat): void;
  /** @param stages what it went through */
  onUpdate(update: Uint8Array, stages: UpdateStages): void;
}

/** One stream of picture updates: what it still has to tell, its own encoder, its own pace. */
export class PictureStream implements AsyncDisposable {
  /** @throws Error if no encoder of this machine makes what the viewers decode */
  static async open(screen: Framebuffer, settings: StreamSettings, sink: StreamSink): Promise<PictureStream> {
    const kind = await settings.encoders.choose(settings.codecs);
    const stream = new PictureStream(screen, settings, sink);
    await stream.#startVideo(kind, screen);
    return stream;
  }

  readonly #sink: StreamSink;
  readonly #encoders: EncoderChoice;
  readonly #codecs: readonly string[];
  readonly #exact: boolean;
  readonly #maxFps: number;
  readonly #maxBitrate: number;
  readonly #refinementBudget: RefinementBudget;
  #rate: StreamRate;
  #nextId: number;
  /** Id of the first update that may not be made yet. */
  #until: number;
  readonly #pace = new Pace();
  /** Ms from `performance`'s clock to the streamer's. */
  #toUnix = 0;
  #video!: VideoLayer;
  /** There is no encoder right now. */
  #restarting = false;
  /** Settled when nothing of this stream runs. */
  #running: Promise<void> | undefined;

  // What belongs to the screen as it is now; another size begins all of it anew.
  #screen!: Framebuffer;
  #damage!: Damage;
  #layers: Layers | undefined;
  #keyFrameWanted = true;
  /** Number of the current format, once it was announced. */
  #number: number | undefined;

  private constructor(screen: Framebuffer, settings: StreamSettings, sink: StreamSink) {
    this.#sink = sink;
    this.#encoders = settings.encoders;
    this.#codecs = settings.codecs;
    this.#exact = settings.exact;
    this.#maxFps = settings.maxFps;
    this.#maxBitrate = settings.maxBitrate;
    this.#rate = settings.rate;
    this.#refinementBudget = new RefinementBudget(settings.rate.bitrate);
    this.#nextId = this.#until = settings.firstId;
    this.#begin(screen);
  }

  /** The framebuffer that is sent. */
  get screen(): Framebuffer {
    return this.#screen;
  }

  /** @param until id of the first update that may not be made; it may be one that was made already */
  grant(until: number): void {
    this.#until = until;
  }

  requestKeyFrame(): void {
    this.#keyFrameWanted = true;
  }

  async setRate(rate: StreamRate): Promise<void> {
    const { scale } = this.#rate;
    this.#rate = rate;
    this.#refinementBudget.setBitrate(rate.bitrate);
    if (rate.scale !== scale) await this.resize(this.#screen);
    else if (!this.#restarting) this.#video.setBitrate(this.#encoderBitrate);
  }

  /** @param rectangles that changed in the framebuffer; they do not overlap */
  damage(rectangles: readonly Rectangle[]): void {
    this.#damage.add(rectangles);
  }

  /**
   * Whether it has to see the screen as it was at one moment, for what is pending and for more that changed: what is
   * looked at twice, for what moved, must not change in between.
   */
  needsStill(changed: readonly Rectangle[]): boolean {
    return this.#keyFrameWanted || !this.#damage.empty || changed.some(mayHaveMoved);
  }

  /**
   * When the stream can take what is on the screen, ms on `performance`'s clock; infinite while it cannot.
   *
   * @param changed something was drawn that nobody read yet
   */
  dueAt(changed: boolean): number {
    if (this.#running || this.#grants === 0) return Number.POSITIVE_INFINITY;
    if (!changed && this.#damage.empty && !this.#keyFrameWanted) return Number.POSITIVE_INFINITY;
    return this.#pace.dueAt;
  }

  /**
   * Sends what is pending. The pixels are read before this returns; the promise is settled when the update is out.
   *
   * @param time when the pixels came from the X server, ms on `performance`'s clock
   * @param captureTime the same as it goes into the update
   * @param readSince when reading them began, ms on `performance`'s clock
   */
  send(time: number, captureTime: number, readSince = time): Promise<void> {
    this.#pace.sent(time, this.#fps);
    this.#toUnix = captureTime - time;
    const watch = new Stopwatch(this.#toUnix);
    watch.add('read', readSince, time);
    if (this.#layers && !this.#keyFrameWanted) {
      const planned = performance.now();
      const plan = this.#layers.plan(this.#damage.take(), time, this.#rate.bitrate);
      watch.add('plan', planned);
      return this.#sendPlan(plan, time, { captureTime, watch });
    }
    return this.#exclusively(() =>
      this.#keyFrameWanted
        ? this.#sendKeyFrame(time, { captureTime, watch })
        : this.#sendAllAsVideo(time, { captureTime, watch }),
    );
  }

  /** When there is something that rests to be sharpened, ms on `performance`'s clock. */
  get refineAt(): number {
    // While a frame is being encoded, its cells must not get pixels: the frame would come after them.
    const busy = this.#running !== undefined || !this.#damage.empty || this.#keyFrameWanted;
    if (!this.#layers || busy || this.#grants < GRANTS_TO_REFINE) return Number.POSITIVE_INFINITY;
    const at = this.#layers.refineAt;
    return at === Number.POSITIVE_INFINITY ? at : Math.max(at, this.#refinementBudget.availableAt);
  }

  /** Sends exact pixels of what rests, for a few milliseconds of work. */
  refine(time: number, captureTime: number): void {
    const tiles: Tile[] = [];
    let bytes = 0;
    const { burst } = this.#refinementBudget;
    while (bytes < Math.min(REFINEMENT_BYTES, burst) && performance.now() - time < REFINEMENT_MS) {
      const tile = this.#layers?.refine(time, burst);
      if (!tile) break;
      tiles.push(tile);
      bytes += tile.data.length;
    }
    if (tiles.length === 0) return;
    this.#refinementBudget.spend(bytes, time);
    // What rests was read earlier: its capture time says nothing of now.
    const watch = new Stopwatch(this.#toUnix);
    watch.add('plan', time);
    this.#emit({ captureTime, watch, refinement: true, copies: [], tiles });
  }

  /** Begins anew, for a screen of another size or with video of another one. */
  resize(screen: Framebuffer): Promise<void> {
    this.#begin(screen);
    return this.#exclusively(async () => {
      this.#restarting = true;
      await this.#video[Symbol.asyncDispose]();
      await this.#startVideo(this.#video.kind, screen);
      this.#restarting = false;
      this.#video.setBitrate(this.#encoderBitrate);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#running?.catch(() => {});
    await this.#video[Symbol.asyncDispose]();
  }

  #begin(screen: Framebuffer): void {
    this.#screen = screen;
    this.#damage = new Damage(screen);
    this.#layers = this.#exact ? new Layers(screen) : undefined;
    this.#keyFrameWanted = true;
    this.#number = undefined;
  }

  /** Starts the work at once if nothing runs, else after it. */
  #exclusively(work: () => Promise<void>): Promise<void> {
    const mine = this.#running ? this.#running.then(work) : work();
    this.#running = mine;
    return mine.finally(() => {
      if (this.#running === mine) this.#running = undefined;
    });
  }

  async #sendPlan({ copies, tiles, video }: Plan, time: number, captured: Captured): Promise<void> {
    const exact = { ...captured, refinement: false, copies, tiles };
    if (video.length === 0) return this.#emit(exact);
    // What is exact need not wait for a slow encoder, if there is a grant for each; every update has its price, though.
    const apart = !this.#video.isQuick && this.#grants > 1 && copies.length + tiles.length > 0;
    if (apart) this.#emit(exact);
    const update = apart ? { ...exact, copies: [], tiles: [] } : exact;
    await this.#exclusively(() => this.#sendVideo({ rectangles: video, time }, update));
  }

  #sendAllAsVideo(time: number, captured: Captured): Promise<void> {
    const rectangles = this.#damage.takeCells();
    return this.#sendVideo({ rectangles, time }, { ...captured, refinement: false, copies: [], tiles: [] });
  }

  #sendVideo(change: Change, update: Contents): Promise<void> {
    return this.#encode(update, () =>
      this.#video.encode(change, (rectangle) => this.#layers?.ownedWithin(rectangle) ?? []),
    );
  }

  #sendKeyFrame(time: number, captured: Captured): Promise<void> {
    this.#keyFrameWanted = false;
    this.#damage.clear();
    const tiles = this.#tileAll(time, captured.watch);
    const owns = tiles ? [] : [wholeOf(this.#screen)];
    this.#layers?.giveToVideo(owns, time);
    const update = { ...captured, refinement: false, copies: [], tiles: tiles ?? [] };
    return this.#encode(update, () => this.#video.encodeKeyFrame(owns));
  }

  /**
   * The first picture in pixels, if it has no more bytes than a key frame: a viewer shows it before its decoder has
   * begun, and nothing is left to be sharpened. The key frame beside it is of an empty frame, and small.
   */
  #tileAll(time: number, watch: Stopwatch): Tile[] | undefined {
    if (this.#number !== undefined) return undefined;
    const begun = performance.now();
    const tiles = this.#layers?.tileAll(time, FIRST_BYTES);
    watch.add('plan', begun);
    return tiles;
  }

  /** Nothing is sent if the encoder failed and another took its place, which begins with a key frame. */
  async #encode(update: Contents, encode: () => Promise<VideoUnit>): Promise<void> {
    const screen = this.#screen;
    let video: VideoUnit;
    const begun = performance.now();
    try {
      video = await encode();
    } catch (error) {
      return this.#replaceEncoder(error);
    }
    // Encoded for a screen that is gone; what follows is a key frame of the new one.
    if (screen !== this.#screen) return;
    const { loadedAt } = this.#video;
    update.watch.add('convert', begun, loadedAt);
    update.watch.add('encode', loadedAt);
    this.#number ??= this.#announce(video.data);
    this.#emit({ ...update, video });
  }

  async #replaceEncoder(error: unknown): Promise<void> {
    this.#encoders.giveUp(this.#video.kind, error);
    await this.#video[Symbol.asyncDispose]();
    await this.#startVideo(await this.#encoders.choose(this.#codecs), this.#screen);
    this.#begin(this.#screen);
  }

  #emit({ watch, ...update }: Contents): void {
    const number = { id: this.#takeId(), stream: this.#number! };
    if (update.refinement) this.#until = (this.#nextId + Math.min(this.#grants, GRANTS_TO_REFINE - 1)) >>> 0;
    this.#sink.onUpdate(encodePictureUpdate({ ...update, ...number }), { ...number, stages: watch.stages });
  }

  #announce(keyFrame: Uint8Array): number {
    const stream = this.#sink.nextStreamNumber();
    this.#sink.onFormat({
      stream,
      ...evenSize(this.#screen),
      ...(this.#rate.scale && { coded: this.#video.size }),
      codec: this.#video.kind.codecString(keyFrame),
      colorSpace: COLOR_SPACE,
      encoder: this.#video.kind.name,
    });
    return stream;
  }

  /** How many updates may be made. */
  get #grants(): number {
    // Ids begin anew after 2^32: what lies behind is less than half the way round.
    return Math.max(0, (this.#until - this.#nextId) | 0);
  }

  #takeId(): number {
    const id = this.#nextId;
    this.#nextId = (id + 1) >>> 0;
    return id;
  }

  async #startVideo(kind: EncoderKind, screen: Framebuffer): Promise<void> {
    this.#video = await VideoLayer.start(kind, screen, {
      fps: this.#maxFps,
      bitrate: this.#encoderBitrate,
      minQuantizer: minQuantizerFor(this.#maxBitrate),
      gpu: this.#encoders.gpu,
      scale: this.#rate.scale ?? 1,
      areas: this.#exact && !this.#rate.scale,
      beginsEmpty: this.#exact,
    });
  }

  get #fps(): number {
    return Math.min(this.#rate.fps, this.#maxFps);
  }

  /** Encoders give each frame `bitrate / maxFps`; at a slower pace each may have more. */
  get #encoderBitrate(): number {
    return (this.#rate.bitrate * this.#maxFps) / this.#fps;
  }
}

/** Pixels, and what they went through since they were read. */
interface Captured {
  captureTime: number;
  watch: Stopwatch;
}

type Contents = Omit<PictureUpdate, 'id' | 'stream'> & Captured;

/** Takes the times of what becomes of some pixels. */
class Stopwatch {
  readonly stages: Stage[] = [];
  readonly #origin: number;

  /** @param origin ms to add to `performance.now()` for the streamer's clock */
  constructor(origin: number) {
    this.#origin = origin;
  }

  /** Times in ms on `performance`'s clock. */
  add(name: Stage['name'], start: number, end = performance.now()): void {
    this.stages.push({ name, start: start + this.#origin, end: end + this.#origin });
  }
}

function wholeOf({ width, height }: Framebuffer): Rectangle {
  return { x: 0, y: 0, width, height };
}

/** Of the first picture in pixels: about what a key frame of a screen full of windows takes. */
const FIRST_BYTES = 96 * 1024;

/** What one refinement may take of the event loop and of the link before something newer may go. */
const REFINEMENT_MS = 3;
const REFINEMENT_BYTES = 32 * 1024;
