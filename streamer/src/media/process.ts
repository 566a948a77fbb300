/** The gateway's side of the media process: starts it, starts it again when it dies, and keeps its streams open. */
import { peekPictureUpdate } from '@deskside/protocol';
import type { Logger } from 'pino';
import type {
  Media,
  MediaStatistics,
  MediaStream,
  StreamEvents,
  StreamOptions,
  UpdateStages,
} from './api.ts';
import { Child } from './child.ts';
import { clockOrigin } from './clock.ts';
import type { CodecName } from './encoders/encoder-kind.ts';
import type { MediaEvent, MediaRequest } from './messages.ts';
import { ProcessStream } from './process-stream.ts';

export interface MediaOptions {
  /** The X display, e.g. `:1`. */
  display: string;
  /** File of the X cookie; else the environment's. */
  xauthority?: string;
  /** Number of the System V segment that the X server draws in right now, if it does. */
  screenSegment?(): number | undefined;
  /** Environment of the process; else the gateway's. */
  env?: NodeJS.ProcessEnv;
  /** Frames per second at most, over all streams. */
  fps: number;
  /** kbit/s that the video of any stream may have. */
  bitrate: number;
  /** Name of an encoder, or `auto`. */
  encoder: string;
  /** Codec of the video; `auto` if not given. */
  codec?: CodecName | 'auto';
  /** One colour for four pixels (420), or for each where the viewers decode that; 420 if not given. */
  chroma?: '420' | '444';
  /** Number of the GPU whose encoders are used; the first if not given. */
  gpu?: number;
  /** Exact pixels over the video where they pay; else all of the picture is video. They are there if not given. */
  exact?: boolean;
  log: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** `restarting`: there is no picture right now, `reason` says why. `running`: there is again. */
  onState(state: 'running' | 'restarting', reason?: string): void;
}

/** Starts the media process. It goes on being started until the result is disposed of. */
export function startMedia(options: MediaOptions): MediaProcess {
  return new MediaProcess(options);
}

export class MediaProcess implements Media, AsyncDisposable {
  readonly #options: MediaOptions;
  readonly #streams = new Map<number, ProcessStream>();
  readonly #statistics: MediaStatistics = {
    updates: 0,
    keyFrames: 0,
    bytes: 0,
    restarts: 0,
    encoder: undefined,
  };
  #child: Child | undefined;
  #ready = false;
  #nextHandle = 1;
  #nextStreamNumber = 0;
  /** Starts in a row that did not live for `STEADY_MS`. */
  #failures = 0;
  #reason: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #disposed = false;
  readonly #tracers = new Set<(update: UpdateStages) => void>();

  constructor(options: MediaOptions) {
    this.#options = options;
    this.#start();
  }

  /** Of the child, while there is one. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  statistics(): MediaStatistics {
    return { ...this.#statistics };
  }

  /** @throws Error saying why no encoder can be had, or that the media process was ended */
  openStream(options: StreamOptions, events: StreamEvents): Promise<MediaStream> {
    if (this.#disposed) return Promise.reject(new Error('The media process was ended.'));
    const handle = this.#nextHandle++;
    const stream = new ProcessStream(handle, options, events, {
      send: (request) => this.#send(request),
      onClosed: () => this.#streams.delete(handle),
    });
    this.#streams.set(handle, stream);
    stream.open();
    return stream.opened;
  }

  trace(onStages: (update: UpdateStages) => void): Disposable {
    this.#tracers.add(onStages);
    this.#send({ type: 'trace', on: true });
    return {
      [Symbol.dispose]: () => {
        this.#tracers.delete(onStages);
        if (this.#tracers.size === 0) this.#send({ type: 'trace', on: false });
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    clearTimeout(this.#timer);
    for (const stream of this.#streams.values()) stream.refuse('The media process was ended.');
    this.#streams.clear();
    await this.#child?.end();
  }

  #start(): void {
    this.#reason = undefined;
    const started = performance.now();
    const segment = this.#options.screenSegment?.();
    this.#child = new Child(this.#options, {
      onEvent: (event) => this.#onEvent(event),
      onUpdate: (update) => this.#onUpdate(update),
      onExit: (how) => this.#onExit(how, performance.now() - started),
    });
    this.#child.send({
      type: 'configure',
      encoder: this.#options.encoder,
      codec: this.#options.codec ?? 'auto',
      chroma: this.#options.chroma ?? '420',
      gpu: this.#options.gpu ?? 0,
      exact: this.#options.exact ?? true,
      fps: this.#options.fps,
      bitrate: this.#options.bitrate,
      firstStream: this.#nextStreamNumber,
      clockOrigin: clockOrigin(),
      ...(segment !== undefined && { screenSegment: segment }),
    });
  }

  #send(request: MediaRequest): void {
    if (this.#ready) this.#child?.send(request);
  }

  #onEvent(event: MediaEvent): void {
    switch (event.type) {
      case 'ready':
        this.#ready = true;
        for (const stream of this.#streams.values()) stream.open();
        if (this.#tracers.size > 0) this.#send({ type: 'trace', on: true });
        this.#options.onState('running');
        break;
      case 'failed':
        this.#reason = event.message;
        break;
      case 'format':
        this.#statistics.encoder = event.format.encoder;
        this.#nextStreamNumber = (event.format.stream + 1) & 0xffff;
        this.#streams.get(event.handle)?.announce(event.format);
        break;
      case 'opened':
        this.#streams.get(event.handle)?.confirm();
        break;
      case 'stages':
        for (const tell of this.#tracers) tell(event);
        break;
      case 'refused':
        this.#streams.get(event.handle)?.refuse(event.message);
        this.#streams.delete(event.handle);
        break;
    }
  }

  #onUpdate(update: Uint8Array): void {
    const { stream, key } = peekPictureUpdate(update);
    this.#statistics.updates++;
    this.#statistics.bytes += update.byteLength;
    if (key) this.#statistics.keyFrames++;
    for (const open of this.#streams.values()) if (open.number === stream) open.deliver(update);
  }

  #onExit(how: string, livedMs: number): void {
    this.#child = undefined;
    this.#ready = false;
    if (this.#disposed) return;
    const reason = this.#reason ?? how;
    this.#failures = livedMs >= STEADY_MS ? 1 : this.#failures + 1;
    this.#statistics.restarts++;
    const delay = RESTART_DELAYS_MS[Math.min(this.#failures, RESTART_DELAYS_MS.length) - 1]!;
    this.#options.log.warn({ reason, delay }, 'the media process ended, it is started again');
    this.#options.onState('restarting', reason);
    this.#timer = setTimeout(() => this.#start(), delay);
  }
}

/** Waits before each start in a row; the first is at once, so that the picture is gone for less than a second. */
const RESTART_DELAYS_MS = [0, 200, 500, 1000, 2000, 5000];

/** A process that lived this long worked; its end begins a new row. */
const STEADY_MS = 10_000;
