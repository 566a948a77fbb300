import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** An X server of a test's own, in which nobody needs a cookie. */
export class Xvfb implements AsyncDisposable {
  readonly number: number;
  readonly #process: ChildProcess;

  /** @param number display number; without it the first free one */
  static async start(number?: number, size = '1600x1200'): Promise<Xvfb> {
    const display = number === undefined ? [] : [`:${number}`];
    const child = spawn(
      'Xvfb',
      [...display, '-displayfd', '3', '-screen', '0', `${size}x24`, '-noreset', '-nolisten', 'tcp', '-ac'],
      { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] },
    );
    const [answer] = await Promise.race([
      once(child.stdio[3]!, 'data'),
      once(child, 'exit').then(() => Promise.reject(new Error('Xvfb ended before it was ready'))),
    ]);
    return new Xvfb(child, Number(String(answer)));
  }

  private constructor(child: ChildProcess, number: number) {
    this.#process = child;
    this.number = number;
  }

  get display(): string {
    return `:${this.number}`;
  }

  /** As a crash would: lock file and socket stay behind. */
  async kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    this.#process.kill('SIGKILL');
    await once(this.#process, 'exit');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    this.#process.kill('SIGTERM');
    await once(this.#process, 'exit');
  }
}
