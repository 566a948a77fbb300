/** A viewer without a screen: takes a stream's updates and keeps the picture that a person would see. */
import { EventEmitter, once } from 'node:events';
import { decodePictureUpdate, type PictureUpdate, type Rectangle } from '@deskside/protocol';
import koffi from 'koffi';
import type { Media, MediaStream, StreamFormat, StreamOptions } from '../api.ts';
import { CodecPipeline } from '../gstreamer.ts';

export interface TestViewerOptions extends Partial<StreamOptions> {
  /** Updates that may be under way; each one that arrives is granted again. 0: only what `stream.grant` gives. */
  window?: number;
}

export class TestViewer implements AsyncDisposable {
  static async watch(media: Media, { window = 2, ...options }: TestViewerOptions = {}): Promise<TestViewer> {
    const viewer = new TestViewer(window);
    viewer.#stream = await media.openStream(
      { codecs: ['avc1.42E02A'], rate: { bitrate: 8000, fps: 60 }, ...options },
      {
        onFormat: (format) => viewer.#enqueue(() => viewer.#setFormat(format)),
        onUpdate: (update) => viewer.#enqueue(() => viewer.#show(update)),
      },
    );
    for (let i = 0; i < window; i++) viewer.stream.grant();
    return viewer;
  }

  readonly #window: number;
  readonly #changes = new EventEmitter();
  #stream!: MediaStream;
  #decoder: H264Decoder | undefined;
  #queue: Promise<void> = Promise.resolve();
  format: StreamFormat | undefined;
  /** Everything that came since the start, without the pixels. */
  readonly updates: PictureUpdate[] = [];
  /** What is seen, a word of 0xRRGGBB for each pixel of the coded size. */
  picture = new Uint32Array();

  private constructor(window: number) {
    this.#window = window;
  }

  get stream(): MediaStream {
    return this.#stream;
  }

  /** Settles once the condition holds; asked again after each update and format. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await once(this.#changes, 'change');
  }

  /** Mean colour in the middle of a rectangle, where no edge bleeds in. */
  colour({ x, y, width, height }: Rectangle): number {
    const stride = this.format!.width;
    return this.picture[(y + (height >> 1)) * stride + x + (width >> 1)]! & 0xffffff;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stream[Symbol.asyncDispose]();
    await this.#queue;
    await this.#decoder?.[Symbol.asyncDispose]();
  }

  #enqueue(work: () => Promise<void>): void {
    this.#queue = this.#queue.then(work).then(
      () => void this.#changes.emit('change'),
      (error) => void this.#changes.emit('error', error),
    );
  }

  async #setFormat(format: StreamFormat): Promise<void> {
    await this.#decoder?.[Symbol.asyncDispose]();
    this.#decoder = await H264Decoder.start();
    this.format = format;
    this.picture = new Uint32Array(format.width * format.height);
  }

  async #show(bytes: Uint8Array): Promise<void> {
    const update = decodePictureUpdate(bytes);
    this.updates.push(update);
    if (this.#window > 0) this.stream.grant();
    if (update.stream !== this.format?.stream) throw new Error('an update without its format');
    if (!update.video) return;
    const frame = await this.#decoder!.decode(update.video.data);
    for (const { x, y, width, height } of update.video.owns) {
      for (let row = y; row < y + height; row++) {
        const start = row * this.format.width + x;
        this.picture.set(frame.subarray(start, start + width), start);
      }
    }
  }
}

/** H.264 access units to words of BGRX, by libav through GStreamer. */
class H264Decoder implements AsyncDisposable {
  static async start(): Promise<H264Decoder> {
    const pipeline = new CodecPipeline(
      'appsrc name=in is-live=true do-timestamp=true format=time caps=video/x-h264,stream-format=byte-stream,alignment=au' +
        ' ! h264parse ! avdec_h264 name=codec max-threads=1 ! videoconvert ! video/x-raw,format=BGRx ! appsink name=out sync=false',
    );
    await pipeline.play('test-decoder');
    return new H264Decoder(pipeline);
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
