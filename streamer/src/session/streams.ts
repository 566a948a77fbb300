/** Which viewer watches which stream: equal wishes share one, and whoever cannot keep up gets one of their own. */
import type { Media, StreamRate } from '../media/api.ts';
import { streamerTime } from './clock.ts';
import { SharedStream, type Watcher, within } from './shared-stream.ts';

/** Someone who wants a stream. */
export interface Subscriber extends Watcher {
  readonly codecs: readonly string[];
  /** No stream can be had: why, and what to do. */
  onNoStream(reason: 'codec' | 'full', message: string): void;
}

export interface Subscription extends Disposable {
  /** An acknowledgement came: the flow may have room again. */
  resume(): void;
  /** The viewer cannot go on from what it has: nothing more before a key frame. */
  restart(): void;
  /** What is under way may be lost: updates go on, and a key frame comes soon. */
  refresh(): void;
}

/** Streams at once. Each is an encoder of its own, about half a core at 1080p and 60 frames per second. */
const MAX_STREAMS = 4;

/** A viewer that was moved to a stream of its own goes back after this long without falling behind, ms ... */
const CALM = 10_000;

/** ... if its way carries at least this part of what the common stream costs ... */
const ENOUGH = 0.9;

/** ... and twice as long after every further time, up to this factor: each way back costs all a key frame. */
const MOST_PATIENCE = 32;

interface Place {
  subscriber: Subscriber;
  stream: SharedStream;
  /** When the viewer last had no room for an update. */
  strained: number;
  /** Times that it had to be given a stream of its own. */
  separations: number;
}

export class Streams implements AsyncDisposable {
  readonly #media: Media;
  readonly #most: StreamRate;
  #rate: StreamRate;
  #skipped = 0;
  /** The oldest of those with equal wishes is the one that viewers come to first. */
  readonly #streams = new Set<SharedStream>();
  readonly #places = new Map<Watcher, Place>();
  readonly #closing = new Set<Promise<void>>();

  constructor(media: Media, rate: StreamRate) {
    this.#media = media;
    this.#most = rate;
    this.#rate = rate;
  }

  /** What every stream may take now. */
  get rate(): StreamRate {
    return this.#rate;
  }

  /** Nothing takes more than this from now on. */
  limit(rate: StreamRate): void {
    this.#rate = within(rate, this.#most);
    for (const stream of this.#streams) stream.limit(this.#rate);
  }

  /** Updates that viewers were not sent, since they were behind. */
  get skipped(): number {
    return this.#skipped;
  }

  /** What the encoders of all streams together may spend now, kbit/s. */
  get bitrate(): number {
    return [...this.#streams].reduce((sum, { rate }) => sum + rate.bitrate, 0);
  }

  /** How many streams there are right now. */
  get size(): number {
    return this.#streams.size;
  }

  subscribe(subscriber: Subscriber): Subscription | undefined {
    const { codecs } = subscriber;
    let stream = this.#common(codecs) ?? this.#open(codecs);
    if (!stream && this.#makeRoom()) stream = this.#open(codecs);
    if (!stream) {
      subscriber.onNoStream(
        'full',
        `There are ${MAX_STREAMS} different streams already, which is the limit.`,
      );
      return undefined;
    }
    const place = { subscriber, stream, strained: streamerTime(), separations: 0 };
    this.#places.set(subscriber, place);
    stream.add(subscriber);
    return {
      resume: () => this.#resume(place),
      restart: () => place.stream.restart(subscriber),
      refresh: () => place.stream.refresh(subscriber),
      [Symbol.dispose]: () => this.#leave(place),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#places.clear();
    for (const stream of [...this.#streams]) this.#close(stream);
    await Promise.all(this.#closing);
  }

  #common(codecs: readonly string[]): SharedStream | undefined {
    return [...this.#streams].find((stream) => sameCodecs(stream.codecs, codecs));
  }

  /** Who has a stream of their own goes back to the common one where somebody else would find none at all. */
  #makeRoom(): boolean {
    const own = [...this.#streams].findLast((stream) => this.#common(stream.codecs) !== stream);
    if (!own) return false;
    for (const place of this.#places.values()) {
      if (place.stream === own) this.#move(place, this.#common(own.codecs)!);
    }
    return true;
  }

  #open(codecs: readonly string[], rate = this.#rate): SharedStream | undefined {
    if (this.#streams.size >= MAX_STREAMS) return undefined;
    const stream: SharedStream = new SharedStream({
      media: this.#media,
      codecs,
      rate: within(rate, this.#rate),
      limit: this.#rate,
      onSkipped: () => {
        this.#skipped++;
      },
      onLate: (watcher) => this.#separate(this.#places.get(watcher)),
      onFailure: (error) => this.#fail(stream, error),
    });
    this.#streams.add(stream);
    return stream;
  }

  #close(stream: SharedStream): void {
    if (!this.#streams.delete(stream)) return;
    const closed = stream[Symbol.asyncDispose]().finally(() => this.#closing.delete(closed));
    this.#closing.add(closed);
  }

  #leave(place: Place): void {
    this.#places.delete(place.subscriber);
    place.stream.remove(place.subscriber);
    if (place.stream.size === 0) this.#close(place.stream);
  }

  #fail(stream: SharedStream, error: Error): void {
    const left = [...this.#places.values()].filter((place) => place.stream === stream);
    for (const { subscriber } of left) subscriber.onNoStream('codec', error.message);
    this.#close(stream);
  }

  #separate(place: Place | undefined): void {
    if (!place) return;
    place.separations++;
    place.strained = streamerTime();
    const own = this.#open(place.subscriber.codecs, place.subscriber.flow.rate);
    // At the limit the viewer stays where it is, without updates until it has caught up.
    if (own) this.#move(place, own);
  }

  #move(place: Place, to: SharedStream): void {
    const from = place.stream;
    from.remove(place.subscriber);
    place.stream = to;
    place.subscriber.flow.reset();
    to.add(place.subscriber);
    if (from.size === 0) this.#close(from);
  }

  #resume(place: Place): void {
    const now = streamerTime();
    if (place.subscriber.flow.room(now) === 0) place.strained = now;
    else if (now - place.strained > patience(place)) this.#merge(place);
    place.stream.resume(place.subscriber);
  }

  #merge(place: Place): void {
    const common = this.#common(place.subscriber.codecs);
    if (!common || common === place.stream) return;
    if (place.subscriber.flow.rate.bitrate >= common.rate.bitrate * ENOUGH) this.#move(place, common);
  }
}

function patience({ separations }: Place): number {
  return CALM * Math.min(MOST_PATIENCE, 2 ** Math.max(0, separations - 1));
}

function sameCodecs(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((codec, index) => codec === b[index]);
}
