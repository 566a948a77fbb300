import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';

/** Programs start slowly on a busy machine, ms. */
const PATIENCE = { timeout: 20_000, interval: 50 };

/** Real programs on a display, in a home directory of their own. */
export class Programs implements AsyncDisposable {
  readonly directory: string;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #children: ChildProcess[] = [];

  static async on(display: string): Promise<Programs> {
    return new Programs(display, await mkdtemp(join(tmpdir(), 'deskside-display-')));
  }

  private constructor(display: string, directory: string) {
    this.directory = directory;
    this.#environment = {
      PATH: process.env.PATH,
      HOME: directory,
      DISPLAY: display,
      LC_ALL: 'C.UTF-8',
      XDG_RUNTIME_DIR: directory,
      NO_AT_BRIDGE: '1',
    };
  }

  start(command: string, ...args: string[]): ChildProcess {
    const child = spawn(command, args, {
      cwd: this.directory,
      env: this.#environment,
      stdio: 'ignore',
      // A process group of its own: a D-Bus session ends with all its programs.
      detached: true,
    });
    this.#children.push(child);
    return child;
  }

  file(name: string): string {
    return join(this.directory, name);
  }

  read(name: string): Promise<string> {
    return readFile(this.file(name), 'utf8').catch(() => '');
  }

  /** A terminal at the top left whose input goes to the file `terminal`, line by line. */
  async terminal(): Promise<void> {
    this.start('xterm', '-geometry', '80x24+0+0', '-e', 'sh', '-c', 'touch ready; exec cat > terminal');
    await expect.poll(() => readFile(this.file('ready')).catch(() => undefined), PATIENCE).toBeDefined();
  }

  /** Waits until a file has this text. */
  async expectFile(name: string, text: string): Promise<void> {
    await expect.poll(() => this.read(name), PATIENCE).toBe(text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      process.kill(-child.pid!, 'SIGKILL');
      await once(child, 'exit');
    }
    await rm(this.directory, { recursive: true, force: true });
  }
}
