/** A process of sound, which runs while it is needed. */
import type { Duplex, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import * as v from 'valibot';
import { SoundEvent } from '../../media/audio/messages.ts';
import { Channel } from '../../media/channel.ts';
import { SMALL_HEAP, TIDY_MALLOC } from '../../small-process.ts';
import { type Child, describeExit, startChild } from '../child.ts';
import { Supervised } from '../supervised.ts';
import { preferred } from './priority.ts';

/** What every process of sound is given. */
export interface SoundProcessSettings {
  /** Of the desktop that this is; the process is marked with it. */
  instance: string;
  output: Writable;
  log: Pick<Logger, 'info' | 'warn' | 'error'>;
}

export interface SoundProcessOptions extends SoundProcessSettings {
  program: keyof typeof SOURCES;
  /** The first thing that each run is told. */
  request(): object;
  /** A packet of the process. */
  onPacket?(packet: Uint8Array): void;
  /** `failed`: nothing comes through right now, `reason` says why; it is started again. `ready`: it does. */
  onState(state: 'ready' | 'failed', reason?: string): void;
}

/** The programs while developing; in what ships they lie beside the bundle. */
const SOURCES = { sound: 'main.ts', microphone: 'microphone-main.ts' };

/** Of three seconds that all children have together, ms: it has nothing to save. */
const STOP_WITHIN = 300;

/** Unsent bytes to a process above which packets are dropped: it hangs, and what is late is no sound. */
const MAX_BACKLOG = 64 * 1024;

export class SoundProcess implements AsyncDisposable {
  readonly #options: SoundProcessOptions;
  #process: Supervised | undefined;
  #channel: Channel | undefined;
  /** Starts and ends, one after the other. */
  #work = Promise.resolve();
  #reason: string | undefined;

  constructor(options: SoundProcessOptions) {
    this.#options = options;
  }

  /** Whether it is to run. No longer and again makes a new run of it, even at once. */
  set needed(needed: boolean) {
    const change = () => (needed ? this.#begin() : this.#end());
    this.#work = this.#work.then(change).catch((error) => this.#options.log.error(error));
  }

  /** Sends a packet, or drops it where it would wait. */
  send(packet: Uint8Array): void {
    if (this.#channel && this.#channel.backlog <= MAX_BACKLOG) this.#channel.sendBinary(packet);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.needed = false;
    await this.#work;
  }

  async #begin(): Promise<void> {
    this.#process ??= await this.#start();
  }

  async #end(): Promise<void> {
    const process = this.#process;
    this.#process = undefined;
    await process?.[Symbol.asyncDispose]();
  }

  #start(): Promise<Supervised> {
    const { program, log, onState } = this.#options;
    return Supervised.start(() => this.#startProcess(), {
      onExit: (exit) => {
        const reason = this.#reason ?? `the ${program} process ended with ${describeExit(exit)}`;
        log.warn({ reason }, `the ${program} process ended, it is started again`);
        onState('failed', reason);
      },
    });
  }

  async #startProcess(): Promise<Child> {
    const { program, instance, output, log, request, onPacket } = this.#options;
    this.#reason = undefined;
    const started = await startChild({
      command: process.execPath,
      args: [SMALL_HEAP, entry(program)],
      environment: { ...process.env, ...TIDY_MALLOC },
      mark: `${instance}/sound`,
      output,
      extraStdio: ['pipe'],
      stopWithin: STOP_WITHIN,
    });
    const child = preferred(started);
    const channel = new Channel(child.process.stdio[3] as Duplex, {
      onMessage: (message) => this.#hear(v.parse(SoundEvent, message)),
      onBinary: (packet) => onPacket?.(packet),
      onEnd: (error) => {
        if (error) log.error(error, `the ${program} process sent what is not a frame`);
        child.process.kill('SIGKILL');
      },
    });
    this.#channel = channel;
    channel.send(request());
    return child;
  }

  #hear(event: SoundEvent): void {
    if (event.type === 'failed') this.#reason = event.message;
    else this.#options.onState('ready');
  }
}

/** The process's program: beside its source while developing, beside the bundle in what ships. */
function entry(program: keyof typeof SOURCES): string {
  const file = import.meta.url.endsWith('.ts') ? `../../media/audio/${SOURCES[program]}` : `./${program}.mjs`;
  return fileURLToPath(new URL(file, import.meta.url));
}
