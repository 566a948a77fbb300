/** One run of a child process, in a process group of its own so that its own children end with it. */
import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { groupEnded, INSTANCE_VARIABLE, signal } from './processes.ts';

export interface ChildOptions {
  command: string;
  args: readonly string[];
  environment: NodeJS.ProcessEnv;
  /** Where it starts; ours if not given. */
  directory?: string;
  /** `INSTANCE/ROLE`, by which what escapes the process group is found. */
  mark: string;
  /** Takes what the child prints. */
  output: Writable;
  /** File descriptors from 3 on. */
  extraStdio?: 'pipe'[];
  /** Time between SIGTERM and SIGKILL, ms. */
  stopWithin: number;
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface Child {
  readonly pid: number;
  readonly process: ChildProcess;
  /** Settles when the process that was started has ended. */
  readonly exited: Promise<Exit>;
  /** Ends the process, and its group also where the process itself has ended; done when none is left. */
  stop(): Promise<void>;
}

/** @throws Error if the program cannot be started */
export async function startChild(options: ChildOptions): Promise<Child> {
  const { command, args, environment, directory, mark, output, extraStdio = [], stopWithin } = options;
  const stdio: StdioOptions = ['ignore', 'pipe', 'pipe', ...extraStdio];
  const env = { ...environment, [INSTANCE_VARIABLE]: mark };
  const child = spawn(command, args, { env, stdio, detached: true, ...(directory && { cwd: directory }) });
  // `end: false`: the log outlives the child.
  child.stdout?.pipe(output, { end: false });
  child.stderr?.pipe(output, { end: false });
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, exitSignal) => resolve({ code, signal: exitSignal }));
  });
  await once(child, 'spawn');
  const pid = child.pid!;
  let stopped: Promise<void> | undefined;
  const stop = () => {
    // Once only: the number of a group that has ended may come to belong to another one.
    stopped ??= stopGroup(pid, exited, stopWithin);
    return stopped;
  };
  return { pid, process: child, exited, stop };
}

/** `code 1` or `signal SIGSEGV`, for logs. */
export function describeExit(exit: Exit): string {
  return exit.signal === null ? `code ${exit.code}` : `signal ${exit.signal}`;
}

async function stopGroup(group: number, exited: Promise<Exit>, within: number): Promise<void> {
  signal(-group, 'SIGTERM');
  if (!(await groupEnded(group, within))) signal(-group, 'SIGKILL');
  await exited;
}
