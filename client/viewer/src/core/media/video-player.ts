import type { Of, StreamerMessage } from '@deskside/protocol';
import { CanvasSurface } from './canvas-surface.ts';
import { type FromDecoder, frameNumber, type ToDecoder, type VideoLayer } from './decoder-messages.ts';
import { TrackSurface } from './track-surface.ts';
import { type OnPresented, placeSurface, type VideoSurface } from './video-surface.ts';

export interface VideoPlayerOptions {
  /** Where the video element is put. */
  parent: HTMLElement;
  createWorker(): Worker;
  /** `time`: when the decoder gave it out, ms since the Unix epoch. */
  onDecoded(frame: number, time: number): void;
  /** What was given and not decoded is lost; nothing can be decoded until the next key frame. */
  onStuck(message: string): void;
  onPresented: OnPresented;
  /** A frame of an area is decoded; it is taken over. */
  onAreaFrame(frame: number, picture: VideoFrame): void;
}

/**
 * Decodes access units in a worker and shows them: in a `<video>` where the browser can make a track of frames (half
 * the cost of a canvas), else on a canvas.
 */
export class VideoPlayer implements Disposable {
  readonly #options: VideoPlayerOptions;
  readonly #worker: Worker;
  readonly #track: MediaStreamTrackGenerator | undefined;
  #surface: VideoSurface | undefined;

  constructor(options: VideoPlayerOptions) {
    this.#options = options;
    this.#worker = options.createWorker();
    this.#worker.onmessage = ({ data }: MessageEvent<FromDecoder>) => this.#receive(data);
    this.#worker.onerror = ({ message }) =>
      options.onStuck(message || 'the worker that decodes video could not be started');
    if (typeof MediaStreamTrackGenerator !== 'undefined') {
      this.#track = new MediaStreamTrackGenerator({ kind: 'video' });
    }
    const writable = this.#track?.writable;
    this.#post({ type: 'start', writable }, writable ? [writable] : []);
  }

  /** What the video is shown on; undefined before the first stream. */
  get surface(): VideoSurface | undefined {
    return this.#surface;
  }

  /** Prepares for a stream; its first unit has to be a key frame. */
  configure(stream: Of<StreamerMessage, 'stream'>): void {
    const { codec, colorSpace, coded: { width, height } = stream } = stream;
    const config = { codec, codedWidth: width, codedHeight: height, colorSpace, optimizeForLatency: true };
    this.#post({ type: 'configure', config });
    // Not earlier: a page counts as loading as long as a video in it waits for its first frame.
    if (this.#track && !this.#surface) this.#showTrack(this.#track);
  }

  /** Decodes an access unit; its buffer is taken over. */
  decode(frame: number, key: boolean, data: Uint8Array, layer: VideoLayer): void {
    this.#post({ type: 'decode', frame, key, data, layer }, [data.buffer as ArrayBuffer]);
  }

  [Symbol.dispose](): void {
    this.#worker.terminate();
    this.#surface?.[Symbol.dispose]();
  }

  #receive(message: FromDecoder): void {
    switch (message.type) {
      case 'decoded':
        this.#options.onDecoded(message.frame, message.time);
        break;
      case 'stuck':
        this.#options.onStuck(message.message);
        break;
      case 'track':
        this.#showTrack(message.track);
        break;
      case 'picture':
        if (message.layer === 'area') {
          this.#options.onAreaFrame(frameNumber(message.picture.timestamp), message.picture);
          break;
        }
        if (!this.#surface) this.#show(new CanvasSurface(this.#options.onPresented));
        (this.#surface as CanvasSurface).show(message.picture);
        break;
    }
  }

  #showTrack(track: MediaStreamTrack): void {
    this.#show(new TrackSurface(track, this.#options.onPresented, () => this.#post({ type: 'repeat' })));
  }

  #show(surface: VideoSurface): void {
    this.#surface = surface;
    placeSurface(surface, this.#options.parent);
  }

  #post(message: ToDecoder, transfer: Transferable[] = []): void {
    this.#worker.postMessage(message, transfer);
  }
}
