/** Pictures of the desktop for its owner. */
import { type ExecFileException, execFile } from 'node:child_process';

/** Largest picture, bytes: one of a 4K screen full of noise, which PNG does not make smaller, is 25 MB. */
const MAX_PICTURE = 64 * 1024 * 1024;

/** Longest that one may take, ms: 4K takes a second. */
const TAKEN_WITHIN = 20_000;

/**
 * Takes them by `deskside screenshot`, a process of its own, since to read a whole screen and to pack it would hold up
 * every viewer. Whoever asks while one is being taken gets that one: nobody can have many taken at once.
 */
export class Screenshots {
  readonly #stateDir: string;
  #taking: Promise<Buffer> | undefined;

  constructor(stateDir: string) {
    this.#stateDir = stateDir;
  }

  /** @returns PNG. @throws Error that says why there is none */
  take(): Promise<Buffer> {
    this.#taking ??= this.#take().finally(() => {
      this.#taking = undefined;
    });
    return this.#taking;
  }

  #take(): Promise<Buffer> {
    const args = [process.argv[1]!, 'screenshot', '-', '--state-dir', this.#stateDir];
    const options = { encoding: 'buffer', timeout: TAKEN_WITHIN, maxBuffer: MAX_PICTURE } as const;
    return new Promise((resolve, reject) => {
      execFile(process.execPath, args, options, (error, png, said) =>
        error ? reject(new Error(reasonOf(error, said))) : resolve(png),
      );
    });
  }
}

/** The program's own words, where it had any. */
function reasonOf(error: ExecFileException, said: Buffer): string {
  const line = said.toString().trim().split('\n').at(-1);
  return line || (error.killed ? `It took more than ${TAKEN_WITHIN / 1000} s.` : error.message);
}
