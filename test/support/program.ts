import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Streamer } from './streamer.ts';

/** A program with windows on a desktop; ends with all that it started. */
export class Program implements AsyncDisposable {
  readonly #end: () => Promise<void>;

  /** Within a D-Bus session of its own, which GTK programs want. */
  static start({ address, account }: Streamer, ...command: string[]): Program {
    const child = spawn('dbus-run-session', command, {
      env: {
        PATH: process.env.PATH,
        HOME: account.home,
        DISPLAY: address.display,
        XAUTHORITY: address.xauthority,
        XDG_RUNTIME_DIR: account.home,
        LC_ALL: 'C.UTF-8',
        NO_AT_BRIDGE: '1',
      },
      stdio: 'ignore',
      detached: true,
    });
    return new Program(async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      process.kill(-child.pid!, 'SIGKILL');
      await once(child, 'exit');
    });
  }

  private constructor(end: () => Promise<void>) {
    this.#end = end;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end();
  }
}
