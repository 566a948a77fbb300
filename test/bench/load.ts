import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { type Process, processTree } from '../support/process.ts';
import type { Running } from './contenders/contender.ts';

/** Processor time that each part took since it started, ms. */
export interface Load {
  streamer: number;
  xServer: number;
  browser: number;
  /** When this was read, ms. */
  time: number;
}

const X_SERVER = /^\S*(Xvfb|Xorg|Xvnc|Xtigervnc|Xkasmvnc)\b/;

export function readLoad(running: Pick<Running, 'pid' | 'xPid'>, browserPid: number): Load {
  const own = processTree(running.pid);
  const outer = running.xPid === undefined ? [] : processTree(running.xPid);
  return {
    streamer: sum(own.filter(({ command }) => !X_SERVER.test(command))),
    xServer: sum([...own.filter(({ command }) => X_SERVER.test(command)), ...outer]),
    browser: sum(processTree(browserPid)),
    time: performance.now(),
  };
}

/** Share of one core that each part took between two readings, per cent. */
export function share(before: Load, after: Load): Omit<Load, 'time'> {
  const factor = 100 / (after.time - before.time);
  return {
    streamer: (after.streamer - before.streamer) * factor,
    xServer: (after.xServer - before.xServer) * factor,
    browser: (after.browser - before.browser) * factor,
  };
}

/** Memory of the streamer's own processes without the X server, shared pages shared out (PSS of proc(5)), MB. */
export function readMemory(running: Pick<Running, 'pid'>): number {
  return memoryOf(processTree(running.pid).filter(({ command }) => !X_SERVER.test(command)));
}

/** The same with the X server, which some cannot do without: it is their streamer. */
export function readMemoryWithX(running: Running): number {
  return memoryOf([running.pid, running.xPid].flatMap((pid) => (pid ? processTree(pid) : [])));
}

function memoryOf(processes: readonly Process[]): number {
  const kilobytes = processes.map(({ pid }) =>
    Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))![1]),
  );
  return kilobytes.reduce((total, value) => total + value, 0) / 1000;
}

/** Bytes that the kernel sent so far from this TCP port over each connection that is open, by the other end's address. */
export async function readBytesSent(port: number): Promise<Map<string, number>> {
  const { stdout } = await promisify(execFile)('ss', [
    '-tinHO',
    'state',
    'established',
    `( sport = :${port} )`,
  ]);
  return new Map(
    stdout.split('\n').flatMap((line) => {
      const [, , , peer] = line.trim().split(/\s+/);
      const bytes = /bytes_sent:(\d+)/.exec(line)?.[1];
      return peer && bytes ? [[peer, Number(bytes)] as const] : [];
    }),
  );
}

/** What was sent between two readings over connections that are still open. */
export function bytesBetween(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): number {
  return after.entries().reduce((total, [peer, bytes]) => total + bytes - (before.get(peer) ?? 0), 0);
}

/** With what ended meanwhile: it would be missing from the second of two readings. */
function sum(processes: readonly Process[]): number {
  return processes.reduce((total, { cpu, cpuOfEnded }) => total + cpu + cpuOfEnded, 0);
}
