import {
  decodePictureUpdate,
  encodeAcknowledgement,
  type Of,
  precedes,
  type Rectangle,
  rtpTimestamp,
  type StreamerMessage,
  type Transport,
  type VideoUnit,
} from '@deskside/protocol';
import { now } from '../clock.ts';
import { listen } from '../listen.ts';
import { AreaSurface } from '../media/area-surface.ts';
import type { VideoLayer } from '../media/decoder-messages.ts';
import { RtpPlayer } from '../media/rtp-player.ts';
import { VideoPlayer } from '../media/video-player.ts';
import { bringToFront, placeSurface, type VideoSurface } from '../media/video-surface.ts';
import { EarlyUpdates } from './early-updates.ts';
import { KeyFrameRequests } from './key-frame-requests.ts';
import { PictureLayer } from './picture-layer.ts';
import { VideoVisibility } from './video-visibility.ts';

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
  /** Exact pixels were drawn here, device pixels of the desktop. */
  onTiles(tiles: readonly Rectangle[]): void;
  /** While pictures come both ways: the first one of this way is on the screen. */
  onShown(transport: Transport): void;
}

/** An update that is not on the screen yet. */
interface Pending {
  stream: number;
  id: number;
  captureTime: number;
  received: number;
}

/**
 * The picture of one desktop: video, exact pixels over it, and word to the streamer of what became of each update.
 * Frames are numbered here, over all streams: ids of updates begin anew with each.
 */
export class Picture implements Disposable {
  readonly #options: PictureOptions;
  readonly #player: VideoPlayer;
  readonly #keyFrames: KeyFrameRequests;
  readonly #visibilityChange: Disposable;
  readonly #videoVisibility = new VideoVisibility({
    surfaces: () => [this.#player.surface, this.#rtp].filter((surface) => surface !== undefined),
    isCovered: () => this.#isScreenCovered,
  });
  #rtp: RtpPlayer | undefined;
  #layer: PictureLayer | undefined;
  #stream: Of<StreamerMessage, 'stream'> | undefined;
  /** Number of the newest frame that was received. */
  #frames = 0;
  /** Numbers of the newest frames that were on the screen. */
  readonly #shown: Record<VideoLayer, number> = { screen: 0, area: 0 };
  readonly #area: AreaSurface;
  /** Where frames of areas that are being decoded belong. */
  readonly #areas = new Map<number, Rectangle>();
  readonly #decoding = new Map<number, Pending>();
  readonly #unseen = new Map<number, Pending>();
  readonly #early = new EarlyUpdates();
  /** Id of the newest update of the stream that was received. */
  #received: number | undefined;
  #newest = { id: 0, time: 0 };
  /** While pictures come both ways: after which frame, and which ways have not been seen since. */
  #both: { after: number; unseen: Set<Transport> } | undefined;

  constructor(options: PictureOptions) {
    this.#options = options;
    this.#keyFrames = new KeyFrameRequests(options.requestKeyFrame);
    this.#visibilityChange = listen(document, 'visibilitychange', () => this.#visibilityChanged());
    this.#player = new VideoPlayer({
      parent: options.parent,
      createWorker: options.createWorker,
      onDecoded: (frame, time) => this.#decoded(frame, time),
      onStuck: () => this.#stuck(),
      onPresented: (frame, time) => {
        this.#seen('websocket', frame);
        this.#screenShown(this.#player.surface!, this.#rtp, frame, time);
      },
      onAreaFrame: (frame, picture) => this.#areaDecoded(frame, picture),
    });
    this.#area = new AreaSurface(options.parent, (frame, time) => this.#videoShown('area', frame, time));
  }

  /** Updates of this stream follow; what is shown stays until its key frame replaces it. */
  configure(stream: Of<StreamerMessage, 'stream'>): void {
    const resized = stream.width !== this.#stream?.width || stream.height !== this.#stream.height;
    this.#stream = stream;
    for (const frames of [this.#decoding, this.#unseen, this.#areas]) frames.clear();
    this.#keyFrames.reset();
    this.#received = undefined;
    this.#player.configure(stream);
    this.#videoVisibility.needed();
    if (resized) {
      this.#layer?.[Symbol.dispose]();
      this.#layer = new PictureLayer(this.#options.parent, stream.width, stream.height);
    }
    for (const update of this.#early.take(stream.stream)) this.receive(update);
  }

  /**
   * Video of updates without an access unit comes on this track. What is on the screen stays until its first frame.
   */
  useTrack(track: MediaStreamTrack): void {
    this.#rtp?.[Symbol.dispose]();
    const rtp = new RtpPlayer(track, (frame, time) => this.#rtpShown(rtp, frame, time));
    this.#rtp = rtp;
    placeSurface(rtp, this.#options.parent);
    this.#videoVisibility.needed();
  }

  /** Whether video comes over the track as well as in updates from the next one on. */
  comesBothWays(both: boolean): void {
    this.#both = both ? { after: this.#frames, unseen: new Set(['websocket', 'webrtc']) } : undefined;
    if (document.hidden) this.#takeForSeen();
  }

  /**
   * Shows a picture update, or what of it can be shown now; its bytes are taken over.
   *
   * @throws ProtocolError if the bytes do not follow the protocol
   */
  receive(bytes: Uint8Array<ArrayBuffer>): void {
    const received = now();
    const { stream, id, captureTime, refinement, copies, tiles, video } = decodePictureUpdate(bytes);
    const update = { stream, id, captureTime, received };
    if (stream !== this.#stream?.stream || !this.#layer) {
      this.#early.add(bytes);
      return;
    }
    // Of a way that falls silent what was under way comes by the other one as well.
    if (this.#received !== undefined && !precedes(this.#received, id)) return;
    this.#received = id;
    this.#layer.draw(copies, tiles);
    // What rests and is only sharpened was not drawn now.
    if (tiles.length > 0 && !refinement) this.#options.onTiles(tiles);
    if (video) this.#decode(update, video);
    else this.#drawn(update);
    this.#videoVisibility.drawn();
  }

  [Symbol.dispose](): void {
    this.#visibilityChange[Symbol.dispose]();
    this.#videoVisibility[Symbol.dispose]();
    this.#player[Symbol.dispose]();
    this.#rtp?.[Symbol.dispose]();
    this.#area[Symbol.dispose]();
    this.#layer?.[Symbol.dispose]();
  }

  /** Whether nothing of the screen's video can be seen, nor is about to be. */
  get #isScreenCovered(): boolean {
    const comes = [...this.#unseen.keys()].some((frame) => !this.#areas.has(frame));
    return !comes && !this.#both?.unseen.size && this.#layer?.isOpaqueBeside(this.#area.shown) === true;
  }

  #decode(update: Pending, video: VideoUnit): void {
    const { key, area, data } = video;
    const frame = ++this.#frames;
    this.#layer!.expectVideo(frame, video);
    if (area) this.#areas.set(frame, area);
    else {
      if (key) this.#keyFrames.reset();
      this.#videoVisibility.needed();
    }
    this.#decoding.set(frame, update);
    // It shows nothing: what the update shows is drawn.
    if (video.owns.length === 0 && key) this.#presentSoon(update);
    else this.#unseen.set(frame, update);
    if (this.#both && !area) this.#rtp?.expect(frame, rtpTimestamp(update.captureTime));
    if (area || data.byteLength > 0) this.#player.decode(frame, key, data, area ? 'area' : 'screen');
    else this.#expectOnTrack(frame, update.captureTime);
  }

  /** A page that nobody sees is not told what it shows. */
  #takeForSeen(): void {
    for (const transport of ['websocket', 'webrtc'] as const) this.#seen(transport, Number.POSITIVE_INFINITY);
  }

  #seen(transport: Transport, frame: number): void {
    if (!this.#both || frame <= this.#both.after || !this.#both.unseen.delete(transport)) return;
    this.#options.onShown(transport);
  }

  /** A page that nobody sees is not told what it shows: there a frame counts as decoded when it is announced. */
  #expectOnTrack(frame: number, captureTime: number): void {
    this.#rtp?.expect(frame, rtpTimestamp(captureTime));
    if (document.hidden) this.#decoded(frame, now());
  }

  /** What a hidden page took for decoded may not have been. */
  #visibilityChanged(): void {
    if (document.hidden) this.#takeForSeen();
    if (!this.#rtp) return;
    if (document.hidden) for (const frame of this.#decoding.keys()) this.#decoded(frame, now());
    else this.#options.requestKeyFrame();
  }

  #decoded(frame: number, time: number): void {
    const update = this.#decoding.get(frame);
    if (!update) return;
    this.#decoding.delete(frame);
    this.#acknowledge(update, time);
  }

  /** Pixels are on the canvas: the coming repaint shows them. */
  #drawn(update: Pending): void {
    this.#acknowledge(update, now());
    this.#presentSoon(update);
  }

  #presentSoon(update: Pending): void {
    requestAnimationFrame(() => this.#presented(update, now()));
  }

  /** What cannot be decoded any more is acknowledged all the same, or the streamer would wait for it. */
  #stuck(): void {
    this.#keyFrames.request();
    for (const update of this.#decoding.values()) this.#acknowledge(update, now());
    this.#decoding.clear();
  }

  /** The browser tells of frames of a track only when it shows them: until then they were not decoded either. */
  #rtpShown(rtp: RtpPlayer, frame: number, time: number): void {
    this.#seen('webrtc', frame);
    for (const earlier of this.#decoding.keys()) if (earlier <= frame) this.#decoded(earlier, time);
    this.#screenShown(rtp, this.#player.surface, frame, time);
  }

  #screenShown(surface: VideoSurface, other: VideoSurface | undefined, frame: number, time: number): void {
    if (frame <= this.#shown.screen) return;
    const { showing } = this.#videoVisibility;
    if (showing) {
      void showing.then(() => this.#screenShown(surface, other, frame, time));
      return;
    }
    bringToFront(surface, other);
    // What an area showed before it is in this frame.
    if (frame > this.#shown.area) this.#area.end();
    this.#videoShown('screen', frame, time);
  }

  #areaDecoded(frame: number, picture: VideoFrame): void {
    const area = this.#areas.get(frame);
    for (const earlier of this.#areas.keys()) if (earlier <= frame) this.#areas.delete(earlier);
    if (area && frame > this.#shown.screen) this.#area.show(frame, picture, area);
    else picture.close();
  }

  #videoShown(layer: VideoLayer, frame: number, time: number): void {
    this.#shown[layer] = frame;
    this.#layer?.videoShown(frame, layer);
    const update = this.#unseen.get(frame);
    for (const earlier of this.#unseen.keys()) if (earlier <= frame) this.#unseen.delete(earlier);
    if (update) this.#presented(update, time);
  }

  #presented({ stream, id, captureTime }: Pending, presented: number): void {
    if (stream === this.#stream?.stream) this.#newest = { id, time: presented };
    this.#options.onPresented({ captureTime, presented });
  }

  #acknowledge({ stream, id, received }: Pending, decoded: number): void {
    const { id: presentedId, time: presented } = this.#newest;
    this.#options.sendBinary(
      encodeAcknowledgement({ stream, id, received, decoded, presentedId, presented }),
    );
  }
}
