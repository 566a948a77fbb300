import { encodePictureUpdate } from '@deskside/protocol';
import type { Media, MediaStream, StreamEvents, StreamOptions, UpdateStages } from '../../media/api.ts';
import { streamerTime } from '../clock.ts';

/** A media process in which pictures change when a test says so. */
export class FakeMedia implements Media {
  readonly streams: FakeStream[] = [];
  readonly tracers = new Set<(update: UpdateStages) => void>();
  /** What every further stream fails with. */
  failure: Error | undefined;

  async openStream(options: StreamOptions, events: StreamEvents): Promise<FakeStream> {
    if (this.failure) throw this.failure;
    const stream = new FakeStream(this.streams.length + 1, options, events);
    this.streams.push(stream);
    return stream;
  }

  trace(onStages: (update: UpdateStages) => void): Disposable {
    this.tracers.add(onStages);
    return { [Symbol.dispose]: () => void this.tracers.delete(onStages) };
  }

  statistics() {
    return { updates: 0, keyFrames: 0, bytes: 0, restarts: 0, encoder: 'fake' };
  }
}

/** Announces its format when it is first granted an update, as an encoder that starts lazily does. */
export class FakeStream implements MediaStream {
  readonly number: number;
  readonly options: StreamOptions;
  grants = 0;
  /** How often it was told how many it has. */
  timesGranted = 0;
  keyFrameRequests = 0;
  closed = false;
  readonly #events: StreamEvents;
  #next = 0;
  #keyFrame = true;
  #announced = false;

  constructor(number: number, options: StreamOptions, events: StreamEvents) {
    this.number = number;
    this.options = options;
    this.#events = events;
  }

  grant(count: number): void {
    this.grants = count;
    this.timesGranted++;
    if (!this.#announced) this.announce();
  }

  requestKeyFrame(): void {
    this.keyFrameRequests++;
    this.#keyFrame = true;
  }

  setRate(rate: StreamOptions['rate']): void {
    this.options.rate = rate;
  }

  announce(): void {
    this.#announced = true;
    this.#keyFrame = true;
    this.#events.onFormat({
      stream: this.number,
      codec: this.options.codecs[0]!,
      width: 640,
      height: 480,
      colorSpace: { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', fullRange: false },
      encoder: 'fake',
    });
  }

  /** The picture has changed: makes an update of it if there is a grant, and answers its id. */
  change(data: Uint8Array = new Uint8Array(100)): number | undefined {
    if (this.grants === 0) return undefined;
    this.grants--;
    const id = this.#next++;
    const video = { key: this.#keyFrame, data, owns: [] };
    this.#keyFrame = false;
    const captureTime = streamerTime();
    this.#events.onUpdate(
      encodePictureUpdate({
        id,
        stream: this.number,
        captureTime,
        refinement: false,
        copies: [],
        tiles: [],
        video,
      }),
    );
    return id;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.closed = true;
  }
}
