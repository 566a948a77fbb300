/** What /proc says of the processes of this machine (proc(5)). */
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** A process for certain: pids are used again, a pid with its start time is not. */
export interface ProcessIdentity {
  pid: number;
  /** Clock ticks between the machine's start and the process's: field 22 of /proc/PID/stat. */
  startTime: number;
}

/** Carries `INSTANCE/ROLE` into every process of a desktop, so that none of them can hide from its end. */
export const INSTANCE_VARIABLE = 'DESKSIDE_INSTANCE';

/** How often to look whether a process has ended, ms: parents other than us are not told by a signal. */
const LOOK_EVERY = 20;

/** Undefined if there is no such process, or only what its parent has not waited for (a zombie). */
export async function identify(pid: number): Promise<ProcessIdentity | undefined> {
  const status = await readStatus(pid);
  return status && { pid, startTime: status.startTime };
}

export async function isAlive({ pid, startTime }: ProcessIdentity): Promise<boolean> {
  return (await identify(pid))?.startTime === startTime;
}

/** Processes of this user that were started with `DESKSIDE_INSTANCE=INSTANCE/ROLE`; every role if none is given. */
export async function processesOf(instance: string, role = ''): Promise<number[]> {
  const mark = `\0${INSTANCE_VARIABLE}=${instance}/${role}`;
  return filterProcesses((pid) => isMarked(pid, mark));
}

/** Asks the processes of an instance to end, then ends them: none is left when this is done. */
export async function endProcessesOf(instance: string, role: string, within: number): Promise<void> {
  const deadline = Date.now() + within;
  for (const pid of await processesOf(instance, role)) signal(pid, 'SIGTERM');
  for (;;) {
    const left = await processesOf(instance, role);
    if (left.length === 0) return;
    // Again and again: a process may have started another one between our look and its end.
    if (Date.now() >= deadline) for (const pid of left) signal(pid, 'SIGKILL');
    await delay(LOOK_EVERY);
  }
}

/** Waits until no process of the group is left. False when time was up. */
export function groupEnded(group: number, within: number): Promise<boolean> {
  return becomes(async () => !signal(-group, 0) || (await groupMembers(group)).length === 0, within);
}

/** Waits until a process that is no child of ours has ended. False when time was up. */
export function processEnded(identity: ProcessIdentity, within: number): Promise<boolean> {
  return becomes(async () => !(await isAlive(identity)), within);
}

/** Sends a signal to a process, or to the group -pid. False if there is none to send it to. */
export function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** The environment with which a process was started. */
export async function environmentOf(pid: number): Promise<Record<string, string>> {
  const lines = (await readEnvironment(pid)).split('\0');
  return Object.fromEntries(lines.map((line) => line.split(/=(.*)/s, 2)));
}

async function becomes(condition: () => Promise<boolean>, within: number): Promise<boolean> {
  const deadline = Date.now() + within;
  while (!(await condition())) {
    if (Date.now() >= deadline) return false;
    await delay(LOOK_EVERY);
  }
  return true;
}

interface Status {
  group: number;
  startTime: number;
}

async function readStatus(pid: number): Promise<Status | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => undefined);
  if (stat === undefined) return undefined;
  // The second field is the program's name in parentheses and may contain anything; field 3 follows the last one.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z') return undefined;
  return { group: Number(fields[2]), startTime: Number(fields[19]) };
}

/** Zombies count for kill(2), and a container's first process may never wait for them. */
function groupMembers(group: number): Promise<number[]> {
  return filterProcesses(async (pid) => (await readStatus(pid))?.group === group);
}

async function filterProcesses(test: (pid: number) => Promise<boolean>): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const passed = await Promise.all(pids.map(test));
  return pids.filter((_, index) => passed[index]);
}

async function isMarked(pid: number, mark: string): Promise<boolean> {
  return pid !== process.pid && `\0${await readEnvironment(pid)}`.includes(mark);
}

/** Empty for a process of another user, whose environment we may not read, and for one that has just ended. */
function readEnvironment(pid: number): Promise<string> {
  return readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
}
