/** The gateway's side of the sound process, which runs while somebody listens. */
import type { Duplex, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import * as v from 'valibot';
import type { Sound } from '../../media/audio/api.ts';
import { SoundEvent, type SoundRequest } from '../../media/audio/messages.ts';
import { Channel } from '../../media/channel.ts';
import { clockOrigin } from '../../media/clock.ts';
import { type Child, describeExit, startChild } from '../child.ts';
import { Supervised } from '../supervised.ts';

export interface DesktopSoundOptions extends Omit<SoundRequest, 'clockOrigin'> {
  /** Of the desktop that this is; the process is marked with it. */
  instance: string;
  output: Writable;
  log: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** `failed`: those who listen hear nothing right now, `reason` says why. `recording`: they do again. */
  onState(state: 'recording' | 'failed', reason?: string): void;
}

/** Of three seconds that all children have together, ms: it has nothing to save. */
const STOP_WITHIN = 300;

type Listener = (packet: Uint8Array) => void;

export class DesktopSound implements Sound, AsyncDisposable {
  readonly #options: DesktopSoundOptions;
  /** An entry a listener: one may listen twice. */
  readonly #listeners = new Set<{ listener: Listener }>();
  #process: Supervised | undefined;
  /** Starts and ends, one after the other. */
  #work = Promise.resolve();
  #reason: string | undefined;

  constructor(options: DesktopSoundOptions) {
    this.#options = options;
  }

  get channels(): number {
    return this.#options.channels;
  }

  listen(listener: Listener): Disposable {
    const entry = { listener };
    this.#listeners.add(entry);
    this.#adapt();
    return {
      [Symbol.dispose]: () => {
        if (this.#listeners.delete(entry)) this.#adapt();
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listeners.clear();
    this.#adapt();
    await this.#work;
  }

  #adapt(): void {
    this.#work = this.#work.then(() => this.#startOrEnd()).catch((error) => this.#options.log.error(error));
  }

  async #startOrEnd(): Promise<void> {
    if (this.#listeners.size > 0) this.#process ??= await this.#start();
    else if (this.#process) {
      const process = this.#process;
      this.#process = undefined;
      await process[Symbol.asyncDispose]();
    }
  }

  #start(): Promise<Supervised> {
    return Supervised.start(() => this.#startProcess(), {
      onExit: (exit) => {
        const reason = this.#reason ?? `the sound process ended with ${describeExit(exit)}`;
        this.#options.log.warn({ reason }, 'the sound process ended, it is started again');
        this.#options.onState('failed', reason);
      },
    });
  }

  async #startProcess(): Promise<Child> {
    const { instance, output, log, onState, ...request } = this.#options;
    this.#reason = undefined;
    const child = await startChild({
      command: process.execPath,
      args: [entry()],
      environment: { ...process.env, MALLOC_ARENA_MAX: '2' },
      mark: `${instance}/sound`,
      output,
      extraStdio: ['pipe'],
      stopWithin: STOP_WITHIN,
    });
    const channel = new Channel(child.process.stdio[3] as Duplex, {
      onMessage: (message) => this.#hear(v.parse(SoundEvent, message)),
      onBinary: (packet) => {
        for (const { listener } of this.#listeners) listener(packet);
      },
      onEnd: (error) => {
        if (error) log.error(error, 'the sound process sent what is not a frame');
        child.process.kill('SIGKILL');
      },
    });
    channel.send({ ...request, clockOrigin: clockOrigin() } satisfies SoundRequest);
    return child;
  }

  #hear(event: SoundEvent): void {
    if (event.type === 'failed') this.#reason = event.message;
    else this.#options.onState('recording');
  }
}

/** The process's program: beside its source while developing, beside the bundle in what ships. */
function entry(): string {
  const file = import.meta.url.endsWith('.ts') ? '../../media/audio/main.ts' : './sound.mjs';
  return fileURLToPath(new URL(file, import.meta.url));
}
