/**
 * The one folder that viewers may reach. Whatever is opened is opened first and asked afterwards where it is: the
 * kernel's own answer for the open descriptor can't be outrun by somebody who exchanges a folder for a link meanwhile.
 */
import { constants, type Dirent, type Stats } from 'node:fs';
import {
  copyFile,
  type FileHandle,
  link,
  lstat,
  mkdir,
  open,
  opendir,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  statfs,
} from 'node:fs/promises';
import { join } from 'node:path';
import { numbered, PARTIAL_FOLDER } from './path.ts';

export interface Entry {
  name: string;
  kind: 'file' | 'folder';
  /** Bytes; 0 of a folder. */
  size: number;
  /** Ms since the Unix epoch. */
  modified: number;
}

export interface Listing {
  entries: Entry[];
  /** There are more than are listed. */
  more: boolean;
}

/** What a person can look through; bounds the answer to about a megabyte. */
const MAX_ENTRIES = 5000;

/** Names of the same kind before nothing is found: far above what anybody has. */
const MAX_NUMBER = 1000;

const { O_RDONLY, O_DIRECTORY, O_NONBLOCK } = constants;

/** There is nothing of that kind at the path, or it leads out of the folder. */
export class NotThere extends Error {}

export class SharedFolder {
  /** As the operator gave it. */
  readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
  }

  /** Where it is, links resolved; made if it is missing. */
  async root(): Promise<string> {
    await mkdir(this.directory, { recursive: true });
    return realpath(this.directory);
  }

  /**
   * Opens a file for reading. Close the handle.
   *
   * @throws NotThere
   */
  async openFile(segments: readonly string[]): Promise<{ file: FileHandle; stats: Stats }> {
    // A named pipe without a writer would be waited for.
    const file = await this.#open(segments, O_RDONLY | O_NONBLOCK);
    try {
      const stats = await file.stat();
      if (!stats.isFile()) throw new NotThere('no file');
      return { file, stats };
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Opens a folder. Close the handle. @throws NotThere */
  openFolder(segments: readonly string[]): Promise<FileHandle> {
    return this.#open(segments, O_RDONLY | O_DIRECTORY);
  }

  /** Folders first, then by name. @throws NotThere */
  async list(segments: readonly string[]): Promise<Listing> {
    await using folder = await this.#open(segments, O_RDONLY | O_DIRECTORY);
    const root = await this.root();
    const entries: Entry[] = [];
    for await (const item of await opendir(pathOf(folder))) {
      if (segments.length === 0 && item.name === PARTIAL_FOLDER) continue;
      if (entries.length === MAX_ENTRIES) return { entries: entries.sort(byName), more: true };
      const entry = await describe(pathOf(folder), item, root).catch(() => undefined);
      if (entry) entries.push(entry);
    }
    return { entries: entries.sort(byName), more: false };
  }

  /** Bytes that may still be written. */
  async room(): Promise<number> {
    const { bavail, bsize } = await statfs(await this.root());
    return bavail * bsize;
  }

  /**
   * Gives a finished file its name at once, and never takes that of another: `a.txt` becomes `a (1).txt` then. Folders
   * are made on the way.
   *
   * @param finished its path; in the same file system where that is possible, and gone afterwards
   * @returns the path that it got
   * @throws NotThere if the path leads out of the folder
   */
  async place(finished: string, segments: readonly string[]): Promise<string[]> {
    const path = segments.slice(0, -1);
    const wanted = segments.at(-1)!;
    await using folder = await this.#makeFolder(path);
    for (let number = 0; number < MAX_NUMBER; number++) {
      const name = number === 0 ? wanted : numbered(wanted, number);
      if (await moveWithoutReplacing(finished, join(pathOf(folder), name))) return [...path, name];
    }
    throw new NotThere(`${MAX_NUMBER} files have this name already`);
  }

  async #makeFolder(segments: readonly string[]): Promise<FileHandle> {
    let folder = await this.#open([], O_RDONLY | O_DIRECTORY);
    for (const segment of segments) {
      const above = folder;
      const path = join(pathOf(above), segment);
      try {
        await mkdir(path).catch(ignore('EEXIST'));
        folder = await this.#verify(await open(path, O_RDONLY | O_DIRECTORY).catch(notThere));
      } finally {
        await above.close();
      }
    }
    return folder;
  }

  async #open(segments: readonly string[], flags: number): Promise<FileHandle> {
    const path = join(await this.root(), ...segments);
    return this.#verify(await open(path, flags).catch(notThere));
  }

  async #verify(handle: FileHandle): Promise<FileHandle> {
    if (isInside(await this.root(), await readlink(pathOf(handle)))) return handle;
    await handle.close();
    throw new NotThere('it leads out of the folder');
  }
}

/** What an open descriptor is, as a path that can be opened, read and gone on from (proc(5)). */
export function pathOf(handle: FileHandle): string {
  return `/proc/self/fd/${handle.fd}`;
}

async function describe(folder: string, item: Dirent, root: string): Promise<Entry | undefined> {
  const path = join(folder, item.name);
  // Links that lead out, or nowhere, cannot be opened: they are not shown.
  if (item.isSymbolicLink() && !isInside(root, await realpath(path))) return undefined;
  const stats = await (item.isSymbolicLink() ? stat(path) : lstat(path));
  const kind = stats.isDirectory() ? 'folder' : stats.isFile() ? 'file' : undefined;
  const size = stats.isFile() ? stats.size : 0;
  return kind && { name: item.name, kind, size, modified: Math.round(stats.mtimeMs) };
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

function byName(a: Entry, b: Entry): number {
  if (a.kind !== b.kind) return a.kind === 'folder' ? -1 : 1;
  return collator.compare(a.name, b.name);
}

function isInside(root: string, path: string): boolean {
  return path === root || path.startsWith(root === '/' ? root : `${root}/`);
}

/** False if the name is taken. */
async function moveWithoutReplacing(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    await rm(from);
    return true;
  } catch (error) {
    switch (codeOf(error)) {
      case 'EEXIST':
        return false;
      case 'EXDEV':
        return copyThenMove(from, to);
      // File systems without hard links, such as FAT and some of containers.
      case 'EPERM':
      case 'ENOTSUP':
      case 'EOPNOTSUPP':
      case 'EMLINK':
        return reserveThenRename(from, to);
      default:
        throw error;
    }
  }
}

/** Another file system is mounted within the folder: the whole must be there before it has its name. */
async function copyThenMove(from: string, to: string): Promise<boolean> {
  const beside = `${to.slice(0, to.lastIndexOf('/'))}/${PARTIAL_FOLDER}-${process.pid}-${Date.now()}`;
  try {
    await copyFile(from, beside, constants.COPYFILE_EXCL);
    if (!(await moveWithoutReplacing(beside, to))) return false;
    await rm(from);
    return true;
  } finally {
    await rm(beside, { force: true });
  }
}

async function reserveThenRename(from: string, to: string): Promise<boolean> {
  try {
    await (await open(to, 'wx')).close();
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
  await rename(from, to);
  return true;
}

function notThere(error: unknown): never {
  if (['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG', 'ENXIO'].includes(codeOf(error) ?? '')) {
    throw new NotThere('there is nothing of that name');
  }
  throw error;
}

function ignore(code: string) {
  return (error: unknown): void => {
    if (codeOf(error) !== code) throw error;
  };
}

export function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
