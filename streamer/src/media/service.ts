import { Capture } from './capture.ts';
import { costFile, readCosts } from './encoders/cost.ts';
import { EncoderChoice } from './encoders/encoder-choice.ts';
import { ENCODERS } from './encoders/table.ts';
import type { Configure, MediaEvent, MediaRequest, Open } from './messages.ts';
import { PictureStream } from './stream.ts';

export interface MediaServiceEvents {
  onEvent(event: MediaEvent): void;
  onUpdate(update: Uint8Array): void;
  /** The service cannot go on. */
  onFailed(error: Error): void;
}

/** The streams of one display, by the gateway's handles. */
export class MediaService {
  /** @throws Error if the X server or shared memory cannot be had */
  static async start(
    display: string,
    settings: Configure,
    events: MediaServiceEvents,
  ): Promise<MediaService> {
    const capture = await Capture.start(
      display,
      settings.screenSegment,
      settings.clockOrigin,
      events.onFailed,
    );
    const costs = await readCosts(costFile(), ENCODERS);
    const encoders = new EncoderChoice(ENCODERS, settings, (name) => costs[name]);
    void encoders.warmUp();
    return new MediaService(capture, encoders, settings, events);
  }

  readonly #capture: Capture;
  readonly #encoders: EncoderChoice;
  readonly #settings: Configure;
  readonly #events: MediaServiceEvents;
  /** Absent handles belong to streams that were refused or closed. */
  readonly #streams = new Map<number, Promise<PictureStream>>();
  #nextStream: number;
  #traces = false;

  private constructor(
    capture: Capture,
    encoders: EncoderChoice,
    settings: Configure,
    events: MediaServiceEvents,
  ) {
    this.#capture = capture;
    this.#encoders = encoders;
    this.#settings = settings;
    this.#events = events;
    this.#nextStream = settings.firstStream;
  }

  async handle(request: Exclude<MediaRequest, Configure>): Promise<void> {
    if (request.type === 'open') return this.#open(request);
    if (request.type === 'trace') {
      this.#traces = request.on;
      return;
    }
    const stream = await this.#streams.get(request.handle);
    if (!stream) return;
    switch (request.type) {
      case 'close':
        return this.#close(request.handle, stream);
      case 'grant':
        stream.grant(request.until);
        break;
      case 'key-frame':
        stream.requestKeyFrame();
        break;
      case 'rate':
        await stream.setRate(request.rate);
        break;
    }
    this.#capture.wake();
  }

  async #open(request: Open): Promise<void> {
    const { handle } = request;
    const opening = this.#openStream(request);
    this.#streams.set(handle, opening);
    try {
      this.#capture.add(await opening);
      this.#events.onEvent({ type: 'opened', handle });
    } catch (error) {
      this.#streams.delete(handle);
      const message = error instanceof Error ? error.message : String(error);
      this.#events.onEvent({ type: 'refused', handle, message });
    }
  }

  #openStream({ handle, codecs, rate, firstId }: Open): Promise<PictureStream> {
    const { fps: maxFps, bitrate: maxBitrate, exact } = this.#settings;
    const { onEvent, onUpdate } = this.#events;
    return PictureStream.open(
      this.#capture.framebuffer,
      { encoders: this.#encoders, maxFps, maxBitrate, codecs, exact, rate, firstId },
      {
        nextStreamNumber: () => this.#takeStreamNumber(),
        onFormat: (format) => onEvent({ type: 'format', handle, format }),
        onUpdate: (update, stages) => {
          if (this.#traces) onEvent({ type: 'stages', ...stages, stages: [...stages.stages] });
          onUpdate(update);
        },
      },
    );
  }

  async #close(handle: number, stream: PictureStream): Promise<void> {
    this.#streams.delete(handle);
    this.#capture.remove(stream);
    await stream[Symbol.asyncDispose]();
  }

  #takeStreamNumber(): number {
    const number = this.#nextStream;
    this.#nextStream = (number + 1) & 0xffff;
    return number;
  }
}
