/** One stream of the media process and everybody who watches it. */
import { peekPictureUpdate } from '@deskside/protocol';
import {
  GRANTS_TO_REFINE,
  type Media,
  type MediaStream,
  type StreamFormat,
  type StreamRate,
} from '../media/api.ts';
import { streamerTime } from './clock.ts';
import type { Flow } from './flow.ts';

/** Somebody who watches a stream. */
export interface Watcher {
  readonly flow: Flow;
  onFormat(format: StreamFormat): void;
  onUpdate(update: Uint8Array): void;
}

export interface SharedStreamOptions {
  media: Media;
  codecs: readonly string[];
  rate: StreamRate;
  /** The most that it may take, whatever ways carry. */
  limit: StreamRate;
  /** The watcher got nothing of the newest update, since it is too far behind; it goes on from the next key frame. */
  onLate(watcher: Watcher): void;
  /** A watcher was not sent an update, since it is behind or has to begin with a key frame. */
  onSkipped(): void;
  /** The media process cannot make such a stream; the stream is over. */
  onFailure(error: Error): void;
}

/** A key frame costs every watcher a burst of bytes: one in this time at most, ms. */
const KEY_FRAME_INTERVAL = 300;

/** Smaller changes of the rate than this part are not worth telling the encoder. */
const RATE_STEP = 0.05;

/** Updates asked for ahead: one is captured while the one before it is being encoded. */
const GRANTS_AHEAD = 2;

/** The same while little is under way, so that not every update has to be answered with a grant for the next. */
const GRANTS_WHILE_IDLE = 12;

/**
 * `live`: has all that later updates build on. `waiting`: goes on from the next key frame. `late`: gets nothing until
 * it has caught up.
 */
type State = 'waiting' | 'live' | 'late';

/** As much as `limit` lets through. */
export function within(rate: StreamRate, limit: StreamRate): StreamRate {
  return {
    ...rate,
    bitrate: Math.min(rate.bitrate, limit.bitrate),
    fps: Math.min(rate.fps, limit.fps),
  };
}

export class SharedStream implements AsyncDisposable {
  readonly codecs: readonly string[];
  readonly #onLate: SharedStreamOptions['onLate'];
  readonly #onSkipped: SharedStreamOptions['onSkipped'];
  readonly #opening: Promise<MediaStream | undefined>;
  readonly #watchers = new Map<Watcher, State>();
  #stream: MediaStream | undefined;
  #format: StreamFormat | undefined;
  #rate: StreamRate;
  #limit: StreamRate;
  /** What the media process has left of what it was granted. */
  #grants = 0;
  #keyFrameAsked = Number.NEGATIVE_INFINITY;
  #keyFrameTimer: NodeJS.Timeout | undefined;

  constructor({ media, codecs, rate, limit, onLate, onSkipped, onFailure }: SharedStreamOptions) {
    this.codecs = codecs;
    this.#rate = rate;
    this.#limit = limit;
    this.#onLate = onLate;
    this.#onSkipped = onSkipped;
    const events = {
      onFormat: (format: StreamFormat) => this.#announce(format),
      onUpdate: (update: Uint8Array) => this.#deliver(update),
    };
    this.#opening = media.openStream({ codecs, rate }, events).then(
      (stream) => {
        this.#stream = stream;
        if (this.#rate !== rate) stream.setRate(this.#rate);
        this.#grantWhatFits();
        return stream;
      },
      (error: unknown) => {
        onFailure(error instanceof Error ? error : new Error(String(error)));
        return undefined;
      },
    );
  }

  get size(): number {
    return this.#watchers.size;
  }

  /** What the encoder may spend now. */
  get rate(): StreamRate {
    return this.#rate;
  }

  /** Takes no more than this from now on. */
  limit(limit: StreamRate): void {
    this.#limit = limit;
    this.#adaptRate();
  }

  add(watcher: Watcher): void {
    this.#watchers.set(watcher, 'waiting');
    if (this.#format) watcher.onFormat(this.#format);
    // A stream begins with a key frame by itself; asking for one would make two.
    if (this.#format) this.requestKeyFrame();
    this.#grantWhatFits();
  }

  remove(watcher: Watcher): void {
    this.#watchers.delete(watcher);
  }

  /** To be called when the watcher's flow may have room again. */
  resume(watcher: Watcher): void {
    this.#adaptRate();
    if (this.#watchers.get(watcher) === 'late' && watcher.flow.room(streamerTime()) > 0)
      this.restart(watcher);
    else this.#grantWhatFits();
  }

  requestKeyFrame(): void {
    if (this.#keyFrameTimer) return;
    const wait = this.#keyFrameAsked + KEY_FRAME_INTERVAL - streamerTime();
    if (wait <= 0) this.#askForKeyFrame();
    else this.#keyFrameTimer = setTimeout(() => this.#askForKeyFrame(), wait);
  }

  /** Has the watcher go on from the next key frame, without one of the updates in between. */
  restart(watcher: Watcher): void {
    if (!this.#watchers.has(watcher)) return;
    this.#watchers.set(watcher, 'waiting');
    this.refresh(watcher);
  }

  /** Has a key frame made soon, for a watcher that may not get what is under way. */
  refresh(watcher: Watcher): void {
    watcher.flow.reset();
    this.requestKeyFrame();
    this.#grantWhatFits();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#watchers.clear();
    clearTimeout(this.#keyFrameTimer);
    await (await this.#opening)?.[Symbol.asyncDispose]();
  }

  #askForKeyFrame(): void {
    this.#keyFrameTimer = undefined;
    this.#keyFrameAsked = streamerTime();
    this.#stream?.requestKeyFrame();
  }

  #announce(format: StreamFormat): void {
    this.#format = format;
    for (const watcher of this.#watchers.keys()) {
      this.#watchers.set(watcher, 'waiting');
      watcher.flow.reset();
      watcher.onFormat(format);
    }
  }

  #deliver(update: Uint8Array): void {
    const { id, key, video, refinement } = peekPictureUpdate(update);
    this.#grants = Math.max(0, this.#grants - 1);
    if (refinement) this.#grants = Math.min(this.#grants, GRANTS_TO_REFINE - 1);
    if (key) this.#forgetKeyFrameRequest();
    const now = streamerTime();
    for (const [watcher, state] of this.#watchers) {
      if (state === 'late' || (state === 'waiting' && !key)) {
        this.#onSkipped();
        continue;
      }
      if (this.size > 1 && watcher.flow.isLate(now)) {
        this.#watchers.set(watcher, 'late');
        this.#onSkipped();
        this.#onLate(watcher);
        continue;
      }
      this.#watchers.set(watcher, 'live');
      watcher.flow.sent(id, update.byteLength, now, video);
      watcher.onUpdate(update);
    }
    this.#grantWhatFits();
  }

  /** Whoever asked before this key frame was made is served by it. */
  #forgetKeyFrameRequest(): void {
    clearTimeout(this.#keyFrameTimer);
    this.#keyFrameTimer = undefined;
  }

  /** Whoever has the best way sets the quality; those with less fall behind and are taken off. */
  #adaptRate(): void {
    let best: StreamRate | undefined;
    for (const { rate } of this.#flows()) {
      if (!best || rate.bitrate > best.bitrate) best = rate;
    }
    if (!best) return;
    const wanted = within(best, this.#limit);
    const isStep = (key: 'bitrate' | 'fps'): boolean =>
      Math.abs(wanted[key] - this.#rate[key]) >= this.#rate[key] * RATE_STEP;
    if (!isStep('bitrate') && !isStep('fps') && wanted.scale === this.#rate.scale) return;
    this.#rate = wanted;
    this.#stream?.setRate(wanted);
  }

  /** The fastest watcher sets the pace; whoever falls behind it is taken off. */
  #grantWhatFits(): void {
    if (!this.#stream) return;
    const now = streamerTime();
    let room = 0;
    let idles = false;
    for (const flow of this.#flows()) {
      room = Math.max(room, flow.room(now));
      idles ||= flow.idles(now);
    }
    const least = Math.min(room, idles ? GRANTS_TO_REFINE : GRANTS_AHEAD);
    const most = Math.min(room, idles ? GRANTS_WHILE_IDLE : GRANTS_AHEAD);
    if (this.#grants >= least && this.#grants <= most) return;
    this.#grants = most;
    this.#stream.grant(this.#grants);
  }

  /** Of those who are not too far behind to count. */
  *#flows(): Iterable<Flow> {
    for (const [{ flow }, state] of this.#watchers) if (state !== 'late') yield flow;
  }
}
