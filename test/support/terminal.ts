import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './until.ts';
import type { XAddress } from './x-client.ts';

/** Raw, so that control characters are bytes like any other. */
const RECORDER = 'stty raw -echo && : > "$0/ready" && exec cat > "$0/typed"';

/** An xterm in the desktop's top left corner whose program writes down each byte that is typed into it. */
export class Terminal implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #folder: string;

  static async open({ display, xauthority }: XAddress): Promise<Terminal> {
    const folder = await mkdtemp(join(tmpdir(), 'deskside-terminal-'));
    const { PATH = '' } = process.env;
    const child = spawn('xterm', ['-u8', '-geometry', '80x24+0+0', '-e', 'sh', '-c', RECORDER, folder], {
      env: { PATH, DISPLAY: display, XAUTHORITY: xauthority, LANG: 'C.UTF-8' },
      stdio: 'ignore',
    });
    const terminal = new Terminal(child, folder);
    await until('the terminal to listen', async () => (await readFile(join(folder, 'ready'))).length === 0);
    return terminal;
  }

  private constructor(child: ChildProcess, folder: string) {
    this.#child = child;
    this.#folder = folder;
  }

  /** All that was typed so far. */
  async typed(): Promise<string> {
    return await readFile(join(this.#folder, 'typed'), 'utf8').catch(() => '');
  }

  /** Waits until exactly this was typed since the terminal was opened. */
  async untilTyped(text: string): Promise<void> {
    await until(`${JSON.stringify(text)} in the terminal`, async () => {
      const typed = await this.typed();
      if (typed !== text) throw new Error(JSON.stringify(typed));
      return true;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.kill()) await once(this.#child, 'exit');
    await rm(this.#folder, { recursive: true, force: true });
  }
}
