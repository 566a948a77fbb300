/** What an encoder is to the rest of the media process. One file for each kind of encoder says how to run it. */
import type { Rectangle } from '@deskside/protocol';
import { CodecPipeline, type CodedUnit } from '../gstreamer.ts';
import { COLOR_SPACE, Nv12Frame, type Pixels } from '../yuv.ts';

export interface EncoderSettings {
  width: number;
  height: number;
  /** Frames per second at most. */
  fps: number;
  /** kbit/s at `fps`. */
  bitrate: number;
}

/** One GStreamer element and how it is to be run for a screen: no lookahead, no reordering, key frames on request. */
export interface EncoderKind {
  /** The element's name, as in `--encoder`. */
  name: string;
  /** Debian package whose plugin brings it. */
  package: string;
  /** Codec strings of this family start so. */
  codec: string;
  /** The part of the pipeline between frames and access units; the element's name is `codec`. */
  description(settings: EncoderSettings): string;
  /** Property and value that set the bit rate while it runs. */
  bitrate(kilobits: number): [property: string, value: string];
  /** Codec string (WebCodecs codec registry) of what begins with this key frame. */
  codecString(keyFrame: Uint8Array): string;
}

/** An encoder that runs, with the frame that it encodes. One call at a time. */
export class Encoder implements AsyncDisposable {
  static async start(kind: EncoderKind, settings: EncoderSettings): Promise<Encoder> {
    const frame = new Nv12Frame(settings);
    try {
      const pipeline = new CodecPipeline(describe(kind, { ...settings, ...frame.size }));
      await pipeline.play(`deskside-${kind.name}`);
      return new Encoder(kind, frame, pipeline);
    } catch (error) {
      frame[Symbol.dispose]();
      throw error;
    }
  }

  readonly kind: EncoderKind;
  readonly #frame: Nv12Frame;
  readonly #pipeline: CodecPipeline;

  private constructor(kind: EncoderKind, frame: Nv12Frame, pipeline: CodecPipeline) {
    this.kind = kind;
    this.#frame = frame;
    this.#pipeline = pipeline;
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
  encode(key: boolean): Promise<CodedUnit> {
    if (key) this.#pipeline.forceKeyUnit();
    return this.#pipeline.pass(this.#frame.address, this.#frame.bytes, ENCODE_TIMEOUT_MS);
  }

  setBitrate(kilobits: number): void {
    this.#pipeline.setCodecProperty(...this.kind.bitrate(kilobits));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pipeline[Symbol.asyncDispose]();
    this.#frame[Symbol.dispose]();
  }
}

/** A 4K frame on one busy core takes 200 ms; what takes ten times as long hangs. */
const ENCODE_TIMEOUT_MS = 2000;

function describe(kind: EncoderKind, settings: EncoderSettings): string {
  const { width, height, fps } = settings;
  const caps = `video/x-raw,format=NV12,width=${width},height=${height},framerate=${fps}/1,colorimetry=${COLORIMETRY}`;
  return [
    `appsrc name=in is-live=true do-timestamp=true format=time caps=${caps}`,
    kind.description(settings),
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
