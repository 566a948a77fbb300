import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** An X server of a test's own. */
export class Xvfb implements AsyncDisposable {
  readonly number: number;
  readonly #process: ChildProcess;

  /**
   * @param number display number; without it the first free one
   * @param access who is let in, as arguments of Xvfb; everybody by default
   */
  static async start(number?: number, access: readonly string[] = ['-ac']): Promise<Xvfb> {
    const display = number === undefined ? [] : [`:${number}`];
    const child = spawn(
      'Xvfb',
      [
        ...display,
        '-displayfd',
        '3',
        '-screen',
        '0',
        '1600x1200x24',
        '-noreset',
        '-nolisten',
        'tcp',
        ...access,
      ],
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
