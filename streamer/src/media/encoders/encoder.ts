/** An encoder that runs, with the frame that it encodes. */
import type { Rectangle } from '@deskside/protocol';
import { CodecPipeline, type CodedUnit, presentProperties } from '../gstreamer.ts';
import {
  COLOR_SPACE,
  HalvedFrame,
  I420Frame,
  Nv12Frame,
  type Pixels,
  Y444Frame,
  type YuvFrame,
} from '../yuv.ts';
import type { EncoderKind, EncoderSettings } from './encoder-kind.ts';

/** One frame at a time. */
export class Encoder implements AsyncDisposable {
  /** @param scale how many times smaller than the settings' the sides of what is encoded are */
  static async start(kind: EncoderKind, settings: EncoderSettings, gpu = 0, scale = 1): Promise<Encoder> {
    const Frame = FRAMES[kind.format];
    const frame = scale === 2 ? new HalvedFrame(settings, Frame) : new Frame(settings);
    try {
      const begin = async (bitrate: number): Promise<CodecPipeline> => {
        const pipeline = new CodecPipeline(describe(kind, { ...settings, ...frame.size, bitrate }, gpu));
        await pipeline.play(`deskside-${kind.name}`);
        return pipeline;
      };
      return new Encoder(kind, frame, await begin(settings.bitrate), begin, settings.bitrate);
    } catch (error) {
      frame[Symbol.dispose]();
      throw error;
    }
  }

  readonly kind: EncoderKind;
  readonly #frame: YuvFrame;
  #pipeline: CodecPipeline;
  readonly #begin: (bitrate: number) => Promise<CodecPipeline>;
  /** kbit/s. */
  #bitrate: number;

  private constructor(
    kind: EncoderKind,
    frame: YuvFrame,
    pipeline: CodecPipeline,
    begin: (bitrate: number) => Promise<CodecPipeline>,
    bitrate: number,
  ) {
    this.kind = kind;
    this.#frame = frame;
    this.#pipeline = pipeline;
    this.#begin = begin;
    this.#bitrate = bitrate;
  }

  /** Coded size, device pixels. */
  get size(): { width: number; height: number } {
    return this.#frame.size;
  }

  /** Takes rectangles of the screen over into the frame; their positions are even. */
  load(screen: Pixels, rectangles: readonly Rectangle[]): void {
    for (const rectangle of rectangles) this.#frame.convert(screen, rectangle);
  }

  /**
   * @param key the frame is to be decodable without any earlier one
   * @throws Error if the encoder failed; it is of no use then
   */
  async encode(key: boolean): Promise<CodedUnit> {
    if (key) this.#pipeline.forceKeyUnit();
    const unit = await this.#pass(this.#frame);
    if (!key || unit.key) return unit;
    // The `av1enc` of GStreamer 1.22 heeds no request; begun anew it begins with a key frame, as everything does.
    const fresh = await this.#begin(this.#bitrate);
    await this.#pipeline[Symbol.asyncDispose]();
    this.#pipeline = fresh;
    return await this.#pass(this.#frame);
  }

  /**
   * A first frame that shows nothing, and is decodable without any other. {@link load} may be called meanwhile.
   *
   * @throws Error if the encoder failed; it is of no use then
   */
  async encodeEmpty(): Promise<CodedUnit> {
    using empty = new FRAMES[this.kind.format](this.#frame.size);
    return await this.#pass(empty);
  }

  #pass({ address, bytes }: YuvFrame): Promise<CodedUnit> {
    return this.#pipeline.pass(address, bytes, ENCODE_TIMEOUT_MS);
  }

  setBitrate(kilobits: number): void {
    this.#bitrate = kilobits;
    this.#pipeline.setCodecProperty(...this.kind.bitrate(kilobits));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pipeline[Symbol.asyncDispose]();
    this.#frame[Symbol.dispose]();
  }
}

/** A 4K frame on one busy core takes 200 ms; what takes ten times as long hangs. */
const ENCODE_TIMEOUT_MS = 2000;

/** The element that `kind` is on a GPU. */
export function elementOf(kind: EncoderKind, gpu: number): string {
  return kind.elementOn?.(gpu) ?? kind.name;
}

const FRAMES = { NV12: Nv12Frame, I420: I420Frame, Y444: Y444Frame };

function describe(kind: EncoderKind, settings: EncoderSettings, gpu: number): string {
  const { width, height, fps } = settings;
  const caps = `video/x-raw,format=${kind.format},width=${width},height=${height},framerate=${fps}/1,colorimetry=${COLORIMETRY}`;
  const element = elementOf(kind, gpu);
  const properties = kind.properties(settings);
  const present = presentProperties(element, Object.keys(properties));
  return [
    `appsrc name=in is-live=true do-timestamp=true format=time caps=${caps}`,
    [element, 'name=codec', ...present.map((name) => `${name}=${properties[name]}`)].join(' '),
    kind.output,
    'appsink name=out sync=false',
  ].join(' ! ');
}

/** `COLOR_SPACE` as `range:matrix:transfer:primaries` in GstVideo's numbers; encoders write it into the stream. */
const COLORIMETRY = colorimetry(COLOR_SPACE);

function colorimetry({ fullRange, matrix, transfer, primaries }: typeof COLOR_SPACE): string {
  return [
    fullRange ? 1 : 2,
    { smpte170m: 4 }[matrix],
    { 'iec61966-2-1': 7 }[transfer],
    { bt709: 1 }[primaries],
  ].join(':');
}
