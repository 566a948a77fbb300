/** Gives back memory that holds nothing but what lies in files: of programs and libraries, what only a start needs. */
import { readFileSync } from 'node:fs';
import type { KoffiFunc } from 'koffi';
import { type Address, loadLibrary, once } from './native.ts';

/** `MADV_DONTNEED` (madvise(2)): pages of a file are read again when they are touched, mostly from the page cache. */
const DONT_NEED = 4;

export interface Mapping {
  start: Address;
  /** Bytes. */
  length: number;
}

const madvise = once(
  () =>
    loadLibrary('libc.so.6', 'libc6').func('int madvise(intptr_t, size_t, int)') as KoffiFunc<
      (start: Address, length: number, advice: number) => number
    >,
);

/**
 * Half of Node's binary, 27 MB, is touched by its start and never again (measured: test/bench/NOTES.md). Nothing stands
 * still: a thread that needs a page of it waits some microseconds.
 */
export function forgetColdPages(): void {
  for (const { start, length } of cleanMappings(readFileSync('/proc/self/smaps', 'utf8')))
    madvise()(start, length, DONT_NEED);
}

/**
 * Mappings of the program and its libraries that cannot be written to, and have not been while they could. What a linker
 * put into place (RELRO) is in no file: a process that lost it would end. Every program has some, so a kernel that shows
 * none does not tell, and nothing is taken for clean. Files of which no code is mapped come and go, and something else
 * may be there by now.
 *
 * @param smaps as in `/proc/PID/smaps` (proc_pid_smaps(5))
 */
export function cleanMappings(smaps: string): Mapping[] {
  const found = smaps
    .split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m)
    .map(fileMapping)
    .filter((mapping) => mapping !== undefined);
  if (!found.some(({ written }) => written)) return [];
  const programs = new Set(found.filter(({ code }) => code).map(({ file }) => file));
  return found
    .filter(({ written, file }) => !written && programs.has(file))
    .map(({ start, length }) => ({ start, length }));
}

interface FileMapping extends Mapping {
  file: string;
  code: boolean;
  written: boolean;
}

function fileMapping(text: string): FileMapping | undefined {
  const head = /^([0-9a-f]+)-([0-9a-f]+) r-([x-])p \S+ \S+ \S+ +(\/.*)\n/.exec(text);
  if (!head) return undefined;
  const [from, to, executable, file] = head.slice(1) as [string, string, string, string];
  const sizes = [...text.matchAll(/^(?:Anonymous|Shared_Dirty|Private_Dirty|Swap): +(\d+) kB$/gm)];
  const written = sizes.length === 0 || sizes.some(([, size]) => size !== '0');
  const start = Number.parseInt(from, 16);
  return { start, length: Number.parseInt(to, 16) - start, file, code: executable === 'x', written };
}
