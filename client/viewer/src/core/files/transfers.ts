/** Everything that is on its way between this computer and the desktop's folder for files. */
import { Emitter } from '../emitter.ts';
import { download, downloadArchive } from './download.ts';
import type { GivenFile } from './dropped-files.ts';
import { FilesClient, FilesError } from './files-client.ts';
import { Speed } from './speed.ts';
import { upload } from './upload.ts';
import { UploadLine } from './upload-line.ts';

export type TransferState = 'queued' | 'running' | 'waiting' | 'done' | 'failed' | 'cancelled';

/** One file on its way, as far as it is. */
export interface Transfer {
  readonly direction: 'up' | 'down';
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly transferred: number;
  /** Bytes/s. */
  readonly speed: number;
  readonly state: TransferState;
  /** Where it lies, relative to the folder for files. */
  readonly path: string;
  /** Why it failed. */
  readonly problem: FilesError | undefined;
}

/** At once: small files do not wait for each other's round trips, large ones for nothing. */
const AT_ONCE = 3;

export class Transfers implements Disposable {
  readonly events = new Emitter<{ change: undefined; saved: { blob: Blob; name: string } }>();
  readonly client: FilesClient;
  readonly #line: UploadLine;
  #all: RunningTransfer[] = [];

  constructor(...desktop: ConstructorParameters<typeof FilesClient>) {
    this.client = new FilesClient(...desktop);
    this.#line = new UploadLine(this.client.line);
  }

  /** The newest last. */
  get all(): readonly Transfer[] {
    return this.#all;
  }

  /** @param into folder relative to the one for files; empty: that itself */
  upload(files: readonly GivenFile[], into: string): void {
    for (const { file, folder } of files) {
      const path = [into, folder].filter(Boolean).join('/');
      const what = {
        direction: 'up',
        name: file.name,
        size: file.size,
        path: join(path, file.name),
      } as const;
      this.#all.push(
        new RunningTransfer(what, (callbacks) =>
          upload(this.client, this.#line, { file, folder: path, ...callbacks }),
        ),
      );
    }
    this.#next();
  }

  /** @param path relative to the folder for files */
  download(path: string, size: number): void {
    const name = path.split('/').at(-1)!;
    const fetchAndSave = async (callbacks: Callbacks): Promise<string> => {
      const blob = await download(this.client, { path, ...callbacks });
      this.events.emit('saved', { blob, name });
      return path;
    };
    this.#all.push(new RunningTransfer({ direction: 'down', name, size, path }, fetchAndSave));
    this.#next();
  }

  /**
   * A folder with all that is in it, as an archive.
   *
   * @param path relative to the folder for files
   * @param name of the archive
   */
  downloadFolder(path: string, name: string): void {
    const fetchAndSave = async ({ signal, onProgress }: Callbacks): Promise<string> => {
      this.events.emit('saved', { blob: await downloadArchive(this.client, path, signal, onProgress), name });
      return path;
    };
    this.#all.push(new RunningTransfer({ direction: 'down', name, size: 0, path }, fetchAndSave));
    this.#next();
  }

  cancel(transfer: Transfer): void {
    (transfer as RunningTransfer).cancel();
    this.#next();
  }

  cancelAll(): void {
    for (const transfer of this.#all) transfer.cancel();
    this.#next();
  }

  /** Forgets what has ended. */
  clear(): void {
    this.#all = this.#all.filter(({ isOver }) => !isOver);
    this.events.emit('change', undefined);
  }

  [Symbol.dispose](): void {
    for (const transfer of this.#all) transfer.abandon();
    this.#line[Symbol.dispose]();
  }

  #next(): void {
    const running = this.#all.filter(({ isUnderWay }) => isUnderWay).length;
    for (const transfer of this.#all.filter(({ state }) => state === 'queued').slice(0, AT_ONCE - running)) {
      void transfer.start(() => this.events.emit('change', undefined)).then(() => this.#next());
    }
    this.events.emit('change', undefined);
  }
}

interface Callbacks {
  signal: AbortSignal;
  onProgress(bytes: number, size?: number): void;
  onWaiting(waiting: boolean): void;
}

class RunningTransfer implements Transfer {
  readonly direction: 'up' | 'down';
  readonly name: string;
  size: number;
  path: string;
  transferred = 0;
  state: TransferState = 'queued';
  problem: FilesError | undefined;
  readonly #run: (callbacks: Callbacks) => Promise<string>;
  readonly #speed = new Speed();
  readonly #abort = new AbortController();

  /** @param run does it, and answers with the path where the file lies at the desktop */
  constructor(
    { direction, name, size, path }: Pick<Transfer, 'direction' | 'name' | 'size' | 'path'>,
    run: (callbacks: Callbacks) => Promise<string>,
  ) {
    this.direction = direction;
    this.name = name;
    this.size = size;
    this.path = path;
    this.#run = run;
  }

  get speed(): number {
    return this.state === 'running' ? this.#speed.at(performance.now()) : 0;
  }

  get isUnderWay(): boolean {
    return this.state === 'running' || this.state === 'waiting';
  }

  get isOver(): boolean {
    return this.state === 'done' || this.state === 'failed' || this.state === 'cancelled';
  }

  async start(onChange: () => void): Promise<void> {
    this.state = 'running';
    try {
      this.path = await this.#run({
        signal: this.#abort.signal,
        onProgress: (bytes, size = this.size) => {
          this.transferred = bytes;
          this.size = size;
          this.#speed.add(performance.now(), bytes);
          onChange();
        },
        onWaiting: (waiting) => {
          if (this.isUnderWay) this.state = waiting ? 'waiting' : 'running';
          onChange();
        },
      });
      this.state = 'done';
    } catch (error) {
      if (this.#abort.signal.aborted) this.state = 'cancelled';
      else {
        this.state = 'failed';
        // What is no answer of the streamer is about the file here.
        this.problem = error instanceof FilesError ? error : new FilesError(-1);
      }
    }
  }

  cancel(): void {
    if (this.isOver) return;
    this.state = 'cancelled';
    this.#abort.abort();
  }

  /** The page goes: what has arrived stays, to be gone on with. */
  abandon(): void {
    if (!this.isUnderWay) this.cancel();
  }
}

function join(folder: string, name: string): string {
  return folder ? `${folder}/${name}` : name;
}
