import type { Rectangle, VideoUnit } from '@deskside/protocol';
import { Encoder } from './encoders/encoder.ts';
import type { EncoderKind } from './encoders/encoder-kind.ts';
import type { Framebuffer } from './framebuffer.ts';
import type { CodedUnit } from './gstreamer.ts';
import { MovingArea } from './moving-area.ts';
import { size } from './rectangle.ts';
import { CellRegion } from './region.ts';
import type { Pixels } from './yuv.ts';

export interface VideoSettings {
  /** Frames per second at most. */
  fps: number;
  /** kbit/s at `fps`. */
  bitrate: number;
  /** The finest quantiser that a frame may have, on H.264's scale. */
  minQuantizer: number;
  gpu: number;
  /** How many times smaller than the screen's the sides of the video are. */
  scale: number;
  /** Whether a part of the screen may have an encoder of its own. */
  areas: boolean;
  /** Whether the first frame is likely to show nothing. */
  beginsEmpty: boolean;
}

/** What is to be encoded. */
export interface Change {
  /** Aligned to cells; they do not overlap. Not empty. */
  rectangles: Rectangle[];
  /** ms */
  time: number;
}

type OwnedWithin = (rectangle: Rectangle) => Rectangle[];

interface Area {
  rectangle: Rectangle;
  encoder: Encoder;
  /** Whether it gave its first frame. */
  begun: boolean;
}

/**
 * The video of one stream: an encoder for the whole screen and, while all that moves lies in a small part of it, one for
 * that part. The frame that ends an area shows all that the area showed. One call at a time.
 */
export class VideoLayer implements AsyncDisposable {
  static async start(kind: EncoderKind, screen: Framebuffer, settings: VideoSettings): Promise<VideoLayer> {
    const { fps, bitrate, minQuantizer, gpu, scale } = settings;
    const { width, height } = screen;
    const encoder = await Encoder.start(kind, { width, height, fps, bitrate, minQuantizer }, gpu, scale);
    const layer = new VideoLayer(encoder, screen, settings);
    if (settings.beginsEmpty) layer.#beginEmpty();
    return layer;
  }

  readonly #screen: Framebuffer;
  readonly #settings: VideoSettings;
  readonly #whole: Encoder;
  readonly #moving: MovingArea;
  #bitrate: number;
  #loadedAt = 0;
  /** The first frame, made while the first picture is still being read: encoders take their time to begin. */
  #empty: Promise<CodedUnit> | undefined;
  #area: Area | undefined;
  /** An area's encoder that is being started. */
  #starting: Promise<void> | undefined;
  readonly #ending = new Set<Promise<void>>();
  /** An encoder for an area did not start: there is no second try. */
  #refused = false;

  private constructor(whole: Encoder, screen: Framebuffer, settings: VideoSettings) {
    this.#whole = whole;
    this.#screen = screen;
    this.#settings = settings;
    this.#bitrate = settings.bitrate;
    this.#moving = new MovingArea(screen);
  }

  get kind(): EncoderKind {
    return this.#whole.kind;
  }

  /** Coded size of the whole screen, device pixels. */
  get size(): { width: number; height: number } {
    return this.#whole.size;
  }

  /** When the newest frame had been taken over from the screen, ms on `performance`'s clock. */
  get loadedAt(): number {
    return this.#loadedAt;
  }

  /** Whether frames are small, and done within a millisecond or two. */
  get isQuick(): boolean {
    return this.#area !== undefined;
  }

  /** @param kilobits kbit/s at the settings' frame rate, for the whole screen */
  setBitrate(kilobits: number): void {
    this.#bitrate = kilobits;
    this.#whole.setBitrate(kilobits);
    this.#area?.encoder.setBitrate(this.#bitrateOf(this.#area.rectangle));
  }

  /**
   * Takes a change over from the screen, before it returns, and encodes it.
   *
   * @param ownedWithin what of a rectangle the video shows, aligned to cells
   * @returns what the update is to carry; `owns` has all of the change
   * @throws Error if the encoder of the whole screen failed
   */
  encode(change: Change, ownedWithin: OwnedWithin): Promise<VideoUnit> {
    const wanted = this.#settings.areas ? this.#moving.follow(change.rectangles, change.time) : undefined;
    const area = this.#area;
    if (area && wanted === area.rectangle) return this.#encodeArea(area, change.rectangles);
    if (wanted && !area) this.#startArea(wanted);
    const owns = area ? this.#endArea(area, change.rectangles, ownedWithin) : change.rectangles;
    return this.#encodeWhole(owns, false);
  }

  /**
   * Takes these rectangles over from the screen and makes a key frame.
   *
   * @param owns all of the screen, or nothing of it
   * @throws Error if the encoder failed
   */
  encodeKeyFrame(owns: Rectangle[]): Promise<VideoUnit> {
    this.#moving.reset();
    this.#dropArea();
    return this.#encodeWhole(owns, true);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#empty?.catch(() => {});
    await this.#starting;
    this.#dropArea();
    await Promise.all(this.#ending);
    await this.#whole[Symbol.asyncDispose]();
  }

  #beginEmpty(): void {
    this.#empty = this.#whole.encodeEmpty();
    // Whoever waits for it learns of a failure.
    this.#empty.catch(() => {});
  }

  /** Meanwhile the encoder of the whole screen goes on. */
  #startArea(rectangle: Rectangle): void {
    if (this.#starting || this.#refused) return;
    const { width, height } = rectangle;
    const { fps, minQuantizer, gpu } = this.#settings;
    const bitrate = this.#bitrateOf(rectangle);
    this.#starting = Encoder.start(this.kind, { width, height, fps, bitrate, minQuantizer }, gpu)
      .then(
        (encoder) => {
          this.#area = { rectangle, encoder, begun: false };
        },
        () => {
          this.#refused = true;
        },
      )
      .finally(() => {
        this.#starting = undefined;
      });
  }

  /** @returns what the video of the whole screen has to show from now on */
  #endArea({ rectangle, begun }: Area, changed: Rectangle[], ownedWithin: OwnedWithin): Rectangle[] {
    this.#dropArea();
    if (!begun) return changed;
    const owns = new CellRegion(this.#screen);
    for (const owned of [...changed, ...ownedWithin(rectangle)]) owns.add(owned);
    return owns.rectangles();
  }

  #dropArea(): void {
    if (!this.#area) return;
    const ended = this.#area.encoder[Symbol.asyncDispose]().finally(() => this.#ending.delete(ended));
    this.#ending.add(ended);
    this.#area = undefined;
  }

  /** A small picture may have more bits a pixel than a large one, since nobody looks at anything else that moves. */
  #bitrateOf(rectangle: Rectangle): number {
    return this.#bitrate * Math.min(1, (AREA_BITS * size(rectangle)) / size(this.#screen));
  }

  async #encodeWhole(owns: Rectangle[], keyWanted: boolean): Promise<VideoUnit> {
    this.#whole.load(this.#screen, owns);
    this.#loadedAt = performance.now();
    await pixelsLetGo();
    const empty = await this.#takeEmpty();
    const { key, data } = empty && owns.length === 0 ? empty : await this.#whole.encode(keyWanted);
    return { key, owns, data };
  }

  async #takeEmpty(): Promise<CodedUnit | undefined> {
    const empty = await this.#empty;
    this.#empty = undefined;
    return empty;
  }

  async #encodeArea(area: Area, owns: Rectangle[]): Promise<VideoUnit> {
    const { rectangle, encoder, begun } = area;
    const part = partOf(this.#screen, rectangle);
    const { x, y, width, height } = rectangle;
    const changed = begun
      ? owns.map((owned) => ({ ...owned, x: owned.x - x, y: owned.y - y }))
      : [{ x: 0, y: 0, width, height }];
    area.begun = true;
    encoder.load(part, changed);
    this.#loadedAt = performance.now();
    await pixelsLetGo();
    const { key, data } = await encoder.encode(!begun);
    return { key, area: rectangle, owns, data };
  }
}

/**
 * Whoever holds the pixels lets go of them when the call that took them over returns, and the X server draws on: not
 * only after the encoder's threads, which run as soon as they have a frame.
 */
function pixelsLetGo(): Promise<void> {
  return Promise.resolve();
}

/** Bits of a pixel in an area, to those of a pixel of the whole screen. */
const AREA_BITS = 3;

function partOf({ address, stride }: Framebuffer, { x, y, width, height }: Rectangle): Pixels {
  return { address: address + y * stride + x * 4, width, height, stride };
}
