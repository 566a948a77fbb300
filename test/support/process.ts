import { readdirSync, readFileSync } from 'node:fs';
import { until } from './until.ts';

/** What Linux tells of a process (proc(5)). */
export interface Process {
  pid: number;
  parent: number;
  /** One letter; `Z` is one that ended and was not waited for. */
  state: string;
  /** Arguments, separated by blanks. */
  command: string;
  /** Processor time that it took so far, in the kernel and outside, ms. */
  cpu: number;
  /** The same of its children that ended and were waited for, and of theirs, ms. */
  cpuOfEnded: number;
}

/** USER_HZ is 100 on every architecture that Node runs on. */
const MS_PER_TICK = 10;

/** Undefined where there is no such process. */
export function readProcess(pid: number): Process | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    // The name, in parentheses, may itself hold blanks and parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [cpu, cpuOfEnded] = [11, 13].map((i) => (Number(fields[i]) + Number(fields[i + 1])) * MS_PER_TICK);
    return { pid, parent: Number(fields[1]), state: fields[0]!, command, cpu: cpu!, cpuOfEnded: cpuOfEnded! };
  } catch {
    return undefined;
  }
}

/** The process and all that descend from it, the oldest generation first. */
export function processTree(pid: number): Process[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readProcess(Number(name)))
    .filter((process) => process !== undefined);
  const tree = all.filter((process) => process.pid === pid);
  for (const { pid: parent } of tree) tree.push(...all.filter((process) => process.parent === parent));
  return tree;
}

/** Waits for a descendant whose command line matches. */
export async function descendant(pid: number, command: RegExp): Promise<Process> {
  return await until(`a child process like ${command}`, () =>
    processTree(pid)
      .slice(1)
      .find((process) => process.state !== 'Z' && command.test(process.command)),
  );
}

export function isAlive(pid: number): boolean {
  const state = readProcess(pid)?.state;
  return state !== undefined && state !== 'Z';
}
