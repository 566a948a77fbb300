import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { XAddress } from './x-client.ts';

/** A GTK editor in the desktop's top left corner with one file, empty at first. */
export class Editor implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #folder: string;

  /** It may take a while until it is there. */
  static async open({ display, xauthority }: XAddress): Promise<Editor> {
    const folder = await mkdtemp(join(tmpdir(), 'deskside-editor-'));
    const file = join(folder, 'file');
    await writeFile(file, '');
    const { PATH = '' } = process.env;
    const child = spawn('dbus-run-session', ['mousepad', '--disable-server', file], {
      env: {
        PATH,
        DISPLAY: display,
        XAUTHORITY: xauthority,
        HOME: folder,
        XDG_RUNTIME_DIR: folder,
        LANG: 'C.UTF-8',
        NO_AT_BRIDGE: '1',
      },
      stdio: 'ignore',
      // A process group of its own: a D-Bus session ends with all its programs.
      detached: true,
    });
    return new Editor(child, folder);
  }

  private constructor(child: ChildProcess, folder: string) {
    this.#child = child;
    this.#folder = folder;
  }

  /** What it saved last. */
  async saved(): Promise<string> {
    return await readFile(join(this.#folder, 'file'), 'utf8');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null) {
      process.kill(-this.#child.pid!, 'SIGKILL');
      await once(this.#child, 'exit');
    }
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
