/** A viewer without a screen: takes a stream's updates and keeps the picture that a person would see. */

import { EventEmitter, once } from 'node:events';
import { decodePictureUpdate, type PictureUpdate, type Rectangle, type VideoUnit } from '@deskside/protocol';
import koffi from 'koffi';
import {
  GRANTS_TO_REFINE,
  type Media,
  type MediaStream,
  type StreamFormat,
  type StreamOptions,
} from '../api.ts';
import { CodecPipeline } from '../gstreamer.ts';
import { ShownPicture } from './shown-picture.ts';

export interface TestViewerOptions extends Partial<StreamOptions> {
  /** Updates that may be under way until they are shown. 0: only what `stream.grant` gives. */
  window?: number;
  /** Size of the screen; else the coded size, which is even. */
  size?: { width: number; height: number };
}

export class TestViewer implements AsyncDisposable {
  static async watch(
    media: Media,
    { window = GRANTS_TO_REFINE, size, ...options }: TestViewerOptions = {},
  ): Promise<TestViewer> {
    const viewer = new TestViewer(window, size);
    viewer.#stream = await media.openStream(
      { codecs: ['avc1.42E02A'], rate: { bitrate: 8000, fps: 60 }, ...options },
      {
        onFormat: (format) => viewer.#enqueue(() => viewer.#setFormat(format)),
        onUpdate: (update) => {
          viewer.#underWay++;
          viewer.#enqueue(() => viewer.#show(update));
        },
      },
    );
    if (window > 0) viewer.stream.grant(window);
    return viewer;
  }

  readonly #window: number;
  readonly #size: { width: number; height: number } | undefined;
  readonly #changes = new EventEmitter();
  #stream!: MediaStream;
  #decoder: Decoder | undefined;
  /** Of the area that the video shows now. */
  #areaDecoder: Decoder | undefined;
  #queue: Promise<void> = Promise.resolve();
  /** Updates that came and are not shown yet. */
  #underWay = 0;
  /** What was wrong with an update. */
  #failure: unknown;
  format: StreamFormat | undefined;
  /** Everything that came since the start, without the pixels. */
  readonly updates: PictureUpdate[] = [];
  /** Bytes of all of them. */
  bytes = 0;
  #shown: ShownPicture | undefined;

  private constructor(window: number, size: { width: number; height: number } | undefined) {
    this.#window = window;
    this.#size = size;
  }

  get stream(): MediaStream {
    return this.#stream;
  }

  /** What is seen, a word of 0xRRGGBB for each pixel of the coded size. */
  get picture(): Uint32Array {
    return this.#shown?.pixels ?? new Uint32Array();
  }

  /**
   * Settles once the condition holds; asked again after each update and format.
   *
   * @throws Error if an update was wrong
   */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.#failure) throw this.#failure;
      await once(this.#changes, 'change');
    }
  }

  /** Pixels that differ from the X server's, given as words of 0xRRGGBB. */
  differences(truth: Uint32Array, { width, height }: { width: number; height: number }): number {
    let count = 0;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        if (this.picture[y * this.format!.width + x] !== truth[y * width + x]) count++;
      }
    }
    return count;
  }

  /** Colour in the middle of a rectangle, where no edge bleeds in. */
  colour({ x, y, width, height }: Rectangle): number {
    const stride = this.format!.width;
    return this.picture[(y + (height >> 1)) * stride + x + (width >> 1)]!;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stream[Symbol.asyncDispose]();
    await this.#queue;
    await this.#decoder?.[Symbol.asyncDispose]();
    await this.#areaDecoder?.[Symbol.asyncDispose]();
  }

  #enqueue(work: () => Promise<void>): void {
    this.#queue = this.#queue
      .then(work)
      .catch((error) => {
        this.#failure ??= error;
      })
      .then(() => {
        this.#changes.emit('change');
      });
  }

  async #setFormat(format: StreamFormat): Promise<void> {
    await this.#decoder?.[Symbol.asyncDispose]();
    this.#decoder = await Decoder.start(format.codec);
    this.format = format;
    this.#shown = new ShownPicture(format, this.#size);
  }

  async #show(bytes: Uint8Array): Promise<void> {
    const update = decodePictureUpdate(bytes);
    this.updates.push(update);
    this.bytes += bytes.length;
    this.#underWay--;
    if (this.#window > 0) this.stream.grant(Math.max(0, this.#window - this.#underWay));
    if (update.stream !== this.format?.stream) throw new Error('an update without its format');
    this.#shown!.apply(update.copies, update.tiles);
    if (update.video) await this.#play(update.video);
  }

  /** Cells that the video has show its newest frame, also where this one owns nothing new. */
  async #play({ key, area, data, owns }: VideoUnit): Promise<void> {
    const { width, height } = this.format!;
    if (area && key) {
      await this.#areaDecoder?.[Symbol.asyncDispose]();
      this.#areaDecoder = await Decoder.start(this.format!.codec);
    }
    const frame = await (area ? this.#areaDecoder : this.#decoder)!.decode(data);
    const { pixels, owned } = this.#shown!;
    this.#shown!.giveToVideo(owns);
    const shown = area ?? { x: 0, y: 0, width, height };
    // Video of the screen may be smaller than it is shown.
    const scale = area || !this.format!.coded ? 1 : 2;
    const stride = area ? area.width + (area.width % 2) : (this.format!.coded?.width ?? width);
    for (let row = 0; row < shown.height; row++) {
      for (let column = 0; column < shown.width; column++) {
        const at = (shown.y + row) * width + shown.x + column;
        const of = Math.trunc(row / scale) * stride + Math.trunc(column / scale);
        if (owned[at] === 1) pixels[at] = frame[of]! & 0xffffff;
      }
    }
  }
}

/** Coded frames to words of BGRX, through GStreamer. */
class Decoder implements AsyncDisposable {
  static async start(codec: string): Promise<Decoder> {
    const [caps, ...elements] = DECODERS[codec.slice(0, 4).replace('.', '')]!;
    const pipeline = new CodecPipeline(
      [
        `appsrc name=in is-live=true do-timestamp=true format=time caps=${caps}`,
        ...elements,
        // By 16 bits: the direct way of videoconvert is up to 6 of 255 off.
        'videoconvert ! video/x-raw,format=ARGB64 ! videoconvert dither=none ! video/x-raw,format=BGRx',
        'appsink name=out sync=false',
      ].join(' ! '),
    );
    await pipeline.play('test-decoder');
    return new Decoder(pipeline);
  }

  readonly #pipeline: CodecPipeline;

  private constructor(pipeline: CodecPipeline) {
    this.#pipeline = pipeline;
  }

  async decode(unit: Uint8Array): Promise<Uint32Array> {
    const own = Buffer.from(unit);
    const { data } = await this.#pipeline.pass(Number(koffi.address(own)), own.length, 5000);
    return new Uint32Array(data.buffer, data.byteOffset, data.byteLength >> 2);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#pipeline[Symbol.asyncDispose]();
  }
}

/** Caps and elements by the beginning of a codec string. */
const DECODERS: Readonly<Record<string, [caps: string, ...elements: string[]]>> = {
  avc1: [
    'video/x-h264,stream-format=byte-stream,alignment=au',
    'h264parse',
    'avdec_h264 name=codec max-threads=1',
  ],
  vp8: ['video/x-vp8', 'vp8dec name=codec threads=1'],
  vp09: ['video/x-vp9', 'vp9dec name=codec threads=1'],
  hev1: [
    'video/x-h265,stream-format=byte-stream,alignment=au',
    'h265parse',
    'avdec_h265 name=codec max-threads=1',
  ],
  av01: ['video/x-av1,stream-format=obu-stream,alignment=tu', 'av1dec name=codec'],
};
