import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { XAddress } from './x-client.ts';

/** A program of the desktop that copies and pastes. */
export class Xclip implements Disposable {
  readonly #environment: NodeJS.ProcessEnv;
  readonly #children: ChildProcess[] = [];

  constructor({ display, xauthority }: XAddress) {
    this.#environment = { ...process.env, DISPLAY: display, XAUTHORITY: xauthority };
  }

  /** Owns the clipboard from now on. */
  copy(content: string | Uint8Array, ...options: string[]): void {
    const child = this.#spawn(['-quiet', '-in', ...options]);
    child.stdin!.end(content);
  }

  async paste(...options: string[]): Promise<Buffer> {
    const child = this.#spawn(['-out', ...options]);
    const chunks: Buffer[] = [];
    child.stdout!.on('data', (chunk: Buffer) => chunks.push(chunk));
    await once(child, 'close');
    return Buffer.concat(chunks);
  }

  [Symbol.dispose](): void {
    for (const child of this.#children) child.kill();
  }

  #spawn(options: string[]): ChildProcess {
    const child = spawn('xclip', ['-selection', 'clipboard', ...options], {
      env: this.#environment,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    this.#children.push(child);
    return child;
  }
}
