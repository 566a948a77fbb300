import {
  decodePictureUpdate,
  encodeAcknowledgement,
  type Of,
  type PictureUpdate,
  type StreamerMessage,
} from '@deskside/protocol';
import { now } from '../clock.ts';
import { VideoPlayer } from '../media/video-player.ts';
import { KeyFrameRequests } from './key-frame-requests.ts';
import { PictureLayer } from './picture-layer.ts';

/** A picture update that reached the screen. Times in ms since the Unix epoch. */
export interface Presented {
  /** On the streamer's clock. */
  captureTime: number;
  presented: number;
}

export interface PictureOptions {
  /** Holds video and layer; as large as the screen, one CSS pixel to a pixel of it. */
  parent: HTMLElement;
  createWorker(): Worker;
  sendBinary(bytes: Uint8Array<ArrayBuffer>): void;
  requestKeyFrame(): void;
  onPresented(update: Presented): void;
}

/** An update that was received and is not acknowledged yet, or not presented yet. */
interface Pending {
  captureTime: number;
  received: number;
}

/** The picture of one desktop: video, exact pixels over it, and word to the streamer of what became of each update. */
export class Picture implements Disposable {
  readonly #options: PictureOptions;
  readonly #player: VideoPlayer;
  readonly #keyFrames: KeyFrameRequests;
  #layer: PictureLayer | undefined;
  #stream = -1;
  #decoding = new Map<number, Pending>();
  #unseen = new Map<number, number>();
  #presented = { id: 0, time: 0 };

  constructor(options: PictureOptions) {
    this.#options = options;
    this.#keyFrames = new KeyFrameRequests(options.requestKeyFrame);
    this.#player = new VideoPlayer({
      parent: options.parent,
      createWorker: options.createWorker,
      onDecoded: (id, time) => this.#decoded(id, time),
      onStuck: () => this.#stuck(),
      onPresented: (id, time) => this.#videoShown(id, time),
    });
  }

  /** Updates of this stream follow; what was shown stays until they replace it. */
  configure(stream: Of<StreamerMessage, 'stream'>): void {
    this.#stream = stream.stream;
    this.#decoding.clear();
    this.#unseen.clear();
    this.#keyFrames.reset();
    this.#player.configure(stream);
    this.#layer?.[Symbol.dispose]();
    this.#layer = new PictureLayer(this.#options.parent, stream.width, stream.height);
  }

  /**
   * Shows a picture update, or what of it can be shown now; its bytes are taken over.
   *
   * @throws ProtocolError if the bytes do not follow the protocol
   */
  receive(bytes: ArrayBuffer): void {
    const received = now();
    const update = decodePictureUpdate(new Uint8Array(bytes));
    if (update.stream !== this.#stream || !this.#layer) {
      this.#acknowledge(update.id, received, received);
      return;
    }
    this.#unseen.set(update.id, update.captureTime);
    this.#layer.draw(update.copies, update.tiles);
    if (update.video) this.#decode(update, update.video, received);
    else this.#drawn(update.id, received);
  }

  [Symbol.dispose](): void {
    this.#player[Symbol.dispose]();
    this.#layer?.[Symbol.dispose]();
  }

  #decode(
    { id, captureTime }: PictureUpdate,
    video: NonNullable<PictureUpdate['video']>,
    received: number,
  ): void {
    this.#layer!.expectVideo(id, video.owns);
    if (video.key) this.#keyFrames.reset();
    this.#decoding.set(id, { captureTime, received });
    this.#player.decode(id, video.key, video.data);
  }

  #decoded(id: number, time: number): void {
    const pending = this.#decoding.get(id);
    if (!pending) return;
    this.#decoding.delete(id);
    this.#acknowledge(id, pending.received, time);
  }

  /** Pixels are on the canvas: the coming repaint shows them. */
  #drawn(id: number, received: number): void {
    this.#acknowledge(id, received, now());
    requestAnimationFrame(() => this.#shown(id, now()));
  }

  /** What cannot be decoded any more is acknowledged all the same, or the streamer would wait for it. */
  #stuck(): void {
    this.#keyFrames.request();
    for (const [id, { received }] of this.#decoding) this.#acknowledge(id, received, now());
    this.#decoding.clear();
  }

  #videoShown(id: number, time: number): void {
    this.#layer?.videoShown(id);
    this.#shown(id, time);
  }

  #shown(id: number, time: number): void {
    const captureTime = this.#unseen.get(id);
    if (captureTime === undefined) return;
    this.#presented = { id, time };
    this.#options.onPresented({ captureTime, presented: time });
    for (const earlier of this.#unseen.keys()) {
      this.#unseen.delete(earlier);
      if (earlier === id) break;
    }
  }

  #acknowledge(id: number, received: number, decoded: number): void {
    const { id: presentedId, time: presented } = this.#presented;
    this.#options.sendBinary(
      encodeAcknowledgement({ stream: this.#stream, id, received, decoded, presentedId, presented }),
    );
  }
}
