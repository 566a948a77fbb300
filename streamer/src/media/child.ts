/** One life of the media process, as the gateway sees it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Duplex, Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import * as v from 'valibot';
import { SMALL_HEAP, TIDY_MALLOC } from '../small-process.ts';
import { Channel } from './channel.ts';
import { MediaEvent, type MediaRequest } from './messages.ts';
import { onlyVideoPlugins } from './video-plugins.ts';

export interface ChildOptions {
  display: string;
  xauthority?: string;
  env?: NodeJS.ProcessEnv;
  log: Pick<Logger, 'info' | 'error'>;
}

export interface ChildEvents {
  onEvent(event: MediaEvent): void;
  onUpdate(update: Uint8Array): void;
  /** Once; nothing follows. */
  onExit(how: string): void;
}

export class Child {
  readonly #process: ChildProcess;
  readonly #channel: Channel;

  constructor(options: ChildOptions, events: ChildEvents) {
    this.#process = spawn(process.execPath, [SMALL_HEAP, entry()], {
      env: environment(options),
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
      // A group of its own: a terminal's Ctrl+C is for the gateway, which ends the process in its turn.
      detached: true,
    });
    const [, , stderr, socket] = this.#process.stdio;
    createInterface({ input: stderr as Readable }).on('line', (line) => options.log.info(`media: ${line}`));
    this.#channel = new Channel(socket as Duplex, {
      onMessage: (message) => events.onEvent(v.parse(MediaEvent, message)),
      onBinary: events.onUpdate,
      onEnd: (error) => {
        if (error) options.log.error(error, 'the media process sent what is not a frame');
        this.#process.kill('SIGKILL');
      },
    });
    let exited = false;
    const exit = (how: string) => {
      if (!exited) events.onExit(how);
      exited = true;
    };
    this.#process.on('error', (error) => exit(`the media process cannot be started: ${error.message}`));
    this.#process.on('exit', (code, signal) =>
      exit(
        signal ? `the media process was ended by ${signal}` : `the media process exited with code ${code}`,
      ),
    );
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  send(request: MediaRequest): void {
    this.#channel.send(request);
  }

  /** Ends the process and waits until it is gone. */
  async end(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exit = once(this.#process, 'exit');
    // It holds nothing that the kernel does not take back, and a native call must not hold up the end.
    this.#process.kill('SIGKILL');
    await exit;
  }
}

/** The process's program: beside this file while developing, beside the bundle in what ships. */
function entry(): string {
  const file = import.meta.url.endsWith('.ts') ? './main.ts' : './media.mjs';
  return fileURLToPath(new URL(file, import.meta.url));
}

function environment({ display, xauthority, env = process.env }: ChildOptions): NodeJS.ProcessEnv {
  return {
    ...env,
    DISPLAY: display,
    ...(xauthority === undefined ? {} : { XAUTHORITY: xauthority }),
    // Each asynchronous native call in flight holds a thread of libuv's pool: one a stream.
    UV_THREADPOOL_SIZE: '8',
    ...TIDY_MALLOC,
    ...onlyVideoPlugins(env),
  };
}
