/** A viewer without a screen: takes a stream's updates and keeps the picture that a person would see. */

import { EventEmitter, once } from 'node:events';
import { inflateRawSync } from 'node:zlib';
import {
  type Copy,
  decodePictureUpdate,
  decodeQoi,
  type PictureUpdate,
  type Rectangle,
  type Tile,
  TileCodec,
  type VideoUnit,
} from '@deskside/protocol';
import koffi from 'koffi';
import type { Media, MediaStream, StreamFormat, StreamOptions } from '../api.ts';
import { CodecPipeline } from '../gstreamer.ts';
import { CELL } from '../region.ts';

export interface TestViewerOptions extends Partial<StreamOptions> {
  /** Updates that may be under way; each one that arrives is granted again. 0: only what `stream.grant` gives. */
  window?: number;
  /** Size of the screen; else the coded size, which is even. */
  size?: { width: number; height: number };
}

export class TestViewer implements AsyncDisposable {
  static async watch(
    media: Media,
    { window = 2, size, ...options }: TestViewerOptions = {},
  ): Promise<TestViewer> {
    const viewer = new TestViewer(window, size);
    viewer.#stream = await media.openStream(
      { codecs: ['avc1.42E02A'], rate: { bitrate: 8000, fps: 60 }, layers: 'video', ...options },
      {
        onFormat: (format) => viewer.#enqueue(() => viewer.#setFormat(format)),
        onUpdate: (update) => viewer.#enqueue(() => viewer.#show(update)),
      },
    );
    for (let i = 0; i < window; i++) viewer.stream.grant();
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
  /** What was wrong with an update. */
  #failure: unknown;
  format: StreamFormat | undefined;
  /** Everything that came since the start, without the pixels. */
  readonly updates: PictureUpdate[] = [];
  /** Bytes of all of them. */
  bytes = 0;
  /** What is seen, a word of 0xRRGGBB for each pixel of the coded size. */
  picture = new Uint32Array();
  /** For each pixel, 1: the video shows it. */
  #owned = new Uint8Array();

  private constructor(window: number, size: { width: number; height: number } | undefined) {
    this.#window = window;
    this.#size = size;
  }

  get stream(): MediaStream {
    return this.#stream;
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
    this.picture = new Uint32Array(format.width * format.height);
    this.#owned = new Uint8Array(this.picture.length).fill(1);
  }

  async #show(bytes: Uint8Array): Promise<void> {
    const update = decodePictureUpdate(bytes);
    this.updates.push(update);
    this.bytes += bytes.length;
    if (this.#window > 0) this.stream.grant();
    if (update.stream !== this.format?.stream) throw new Error('an update without its format');
    for (const copy of update.copies) this.#copy(copy);
    for (const tile of update.tiles) this.#draw(tile);
    for (const exact of [...update.copies, ...update.tiles]) this.#checkCells(exact);
    if (update.video) await this.#play(update.video);
  }

  /** @throws Error if it reads what the video shows: there are no pixels to copy */
  #copy({ x, y, width, height, dx, dy }: Copy): void {
    const stride = this.format!.width;
    const source = new Uint32Array(width * height);
    for (let row = 0; row < height; row++) {
      const start = (y - dy + row) * stride + x - dx;
      if (this.#owned.subarray(start, start + width).includes(1)) throw new Error('a copy of the video');
      source.set(this.picture.subarray(start, start + width), row * width);
    }
    for (let row = 0; row < height; row++) {
      const start = (y + row) * stride + x;
      this.picture.set(source.subarray(row * width, (row + 1) * width), start);
      this.#owned.fill(0, start, start + width);
    }
  }

  #draw(tile: Tile): void {
    const { x, y, width, height, codec, data } = tile;
    const stride = this.format!.width;
    const pixels = new Uint32Array(width * height);
    const bytes = codec === TileCodec.QoiDeflate ? inflateRawSync(data) : data;
    decodeQoi(bytes, pixels, width, { x: 0, y: 0, width, height });
    for (let row = 0; row < height; row++) {
      const start = (y + row) * stride + x;
      for (let column = 0; column < width; column++) {
        const pixel = pixels[row * width + column]!;
        this.picture[start + column] = ((pixel & 255) << 16) | (pixel & 0xff00) | ((pixel >> 16) & 255);
      }
      this.#owned.fill(0, start, start + width);
    }
  }

  /** @throws Error if a cell is in part the video's: a viewer whose decoder lags could not tell the parts apart */
  #checkCells({ x, y, width, height }: Rectangle): void {
    const stride = this.format!.width;
    const screen = this.#size ?? this.format!;
    const right = Math.min(screen.width, Math.ceil((x + width) / CELL) * CELL);
    const bottom = Math.min(screen.height, Math.ceil((y + height) / CELL) * CELL);
    for (let row = y - (y % CELL); row < bottom; row++) {
      const cells = this.#owned.subarray(row * stride + x - (x % CELL), row * stride + right);
      if (cells.includes(1)) throw new Error("a cell that is in part the video's");
    }
  }

  /** Cells that the video has show its newest frame, also where this one owns nothing new. */
  async #play({ key, area, data, owns }: VideoUnit): Promise<void> {
    const { width, height } = this.format!;
    if (area && key) {
      await this.#areaDecoder?.[Symbol.asyncDispose]();
      this.#areaDecoder = await Decoder.start(this.format!.codec);
    }
    const frame = await (area ? this.#areaDecoder : this.#decoder)!.decode(data);
    for (const { x, y, width: owned, height: rows } of owns) {
      for (let row = y; row < y + rows; row++) this.#owned.fill(1, row * width + x, row * width + x + owned);
    }
    const shown = area ?? { x: 0, y: 0, width, height };
    // Video of the screen may be smaller than it is shown.
    const scale = area || !this.format!.coded ? 1 : 2;
    const stride = area ? area.width + (area.width % 2) : (this.format!.coded?.width ?? width);
    for (let row = 0; row < shown.height; row++) {
      for (let column = 0; column < shown.width; column++) {
        const at = (shown.y + row) * width + shown.x + column;
        const of = Math.trunc(row / scale) * stride + Math.trunc(column / scale);
        if (this.#owned[at] === 1) this.picture[at] = frame[of]! & 0xffffff;
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
