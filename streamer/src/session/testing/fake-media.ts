import { encodePictureUpdate, type PictureUpdate, TileCodec } from '@deskside/protocol';
import {
  GRANTS_TO_REFINE,
  type Media,
  type MediaStream,
  type StreamEvents,
  type StreamOptions,
  type UpdateStages,
} from '../../media/api.ts';
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
    const video = { key: this.#keyFrame, data, owns: [] };
    this.#keyFrame = false;
    return this.#update({ refinement: false, tiles: [], video });
  }

  /** Sharpens what rests, if there are grants for that. */
  refine(data: Uint8Array): number | undefined {
    if (this.grants < GRANTS_TO_REFINE) return undefined;
    this.grants = GRANTS_TO_REFINE - 1;
    const tile = { x: 0, y: 0, width: 16, height: 16, codec: TileCodec.Qoi, data };
    return this.#update({ refinement: true, tiles: [tile] });
  }

  #update(contents: Pick<PictureUpdate, 'refinement' | 'tiles' | 'video'>): number {
    const id = this.#next++;
    const captureTime = streamerTime();
    const update = { id, stream: this.number, captureTime, copies: [], ...contents };
    this.#events.onUpdate(encodePictureUpdate(update));
    return id;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.closed = true;
  }
}
