/**
 * What the rest of the streamer knows of the media process: streams of encoded picture updates. The process behind it
 * may die at any time; streams survive that (a key frame follows within a second).
 */
import type { Of, StreamerMessage } from '@deskside/protocol';

/** What a stream is to look like. Viewers with equal wishes share one. */
export interface StreamOptions {
  /** Codec strings that every viewer of the stream decodes (WebCodecs codec registry), best first. */
  codecs: readonly string[];
  rate: StreamRate;
}

export interface StreamRate {
  /** Bits that the encoder may spend, kbit/s. */
  bitrate: number;
  /** Frames per second at most. */
  fps: number;
  /** How many times smaller than the screen's the sides of the video are; not there: they are the same. */
  scale?: 2;
}

export interface StreamEvents {
  /** How to decode what follows. Always before the first update, and again when the encoder or the screen changes. */
  onFormat(format: StreamFormat): void;
  /** Bytes of a `PictureUpdate`, as they go over the wire. Each one has used up a grant. */
  onUpdate(update: Uint8Array): void;
}

/** Everything of a `stream` message. */
export type StreamFormat = Omit<Of<StreamerMessage, 'stream'>, 'type'>;

export interface MediaStream extends AsyncDisposable {
  /**
   * How many more updates the sender can take from now on, in place of what was granted before; one that is under way
   * may come all the same. Nothing is captured without a grant, so the newest picture wins and nothing queues.
   */
  grant(count: number): void;
  /** The next update is to be a key frame of the whole screen. */
  requestKeyFrame(): void;
  setRate(rate: StreamRate): void;
}

export interface Media {
  openStream(options: StreamOptions, events: StreamEvents): Promise<MediaStream>;
  /** Tells of every update, before it comes, until the result is disposed of. */
  trace(onStages: (update: UpdateStages) => void): Disposable;
  /** Counters since the start, for statistics. */
  statistics(): MediaStatistics;
}

/** What an update went through in the media process, in order. */
export interface UpdateStages {
  stream: number;
  id: number;
  stages: readonly Stage[];
}

/**
 * `read`: pixels from the X server. `plan`: what goes as a copy, as exact tiles, as video; tiles are compressed here.
 * `convert`: of colours, into the encoder's frame. `encode`: the encoder. Times are ms since the Unix epoch on the
 * streamer's clock.
 */
export interface Stage {
  name: 'read' | 'plan' | 'convert' | 'encode';
  start: number;
  end: number;
}

export interface MediaStatistics {
  /** Picture updates made, over all streams. */
  updates: number;
  /** Of these, how many were key frames. */
  keyFrames: number;
  /** Bytes of all updates. */
  bytes: number;
  /** How often the media process was started again. */
  restarts: number;
  encoder: string | undefined;
}

/**
 * What rests is sharpened while a stream has so many: two are for what moves, which is captured while the frame before it
 * is being encoded and never waits for a refinement. A refinement uses up all others: the next one is for whoever granted
 * them to decide, who knows what the link takes.
 */
export const GRANTS_TO_REFINE = 3;
