import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Lab } from '../../../support/lab/lab.ts';
import { isAlive, processTree } from '../../../support/process.ts';
import { until } from '../../../support/until.ts';
import type { Contender } from '../contender.ts';

/** A contender that others made. */
export interface Rival extends Contender {
  /** Name and version of each of its parts. */
  version(): Promise<string>;
  /** How it is run, for the record. */
  command: string;
  /** Brings it into the cache, or has the system install it, where it is missing. */
  install(): Promise<void>;
}

/** Address and port at which a rival is to serve. */
export interface Place {
  host: string;
  port: number;
}

export async function placeFor(lab: Lab | undefined): Promise<Place> {
  if (lab) return { host: lab.serverAddress, port: lab.serverPort };
  return { host: '127.0.0.1', port: await freePort() };
}

/** Programs that cannot tell which port they got are given one that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** A home that is gone at the end: rivals leave settings, logs and sockets there. */
export async function temporaryHome(stack: AsyncDisposableStack): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'deskside-rival-'));
  stack.defer(() => rm(home, { recursive: true, force: true, maxRetries: 3 }));
  return home;
}

/** Runs a server until the stack is disposed of; all that it started ends with it. */
export function run(
  stack: AsyncDisposableStack,
  lab: Lab | undefined,
  command: readonly string[],
  env: Record<string, string>,
): ChildProcess {
  const [program, ...args] = lab ? lab.server.enter(...command) : command;
  const { PATH = '' } = process.env;
  const child = spawn(program!, args, {
    env: { PATH, LANG: 'C.UTF-8', ...env },
    stdio: ['ignore', 'ignore', process.env.DESKSIDE_BENCH_VERBOSE ? 'inherit' : 'ignore'],
  });
  stack.defer(() => end(child));
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  const tree = processTree(child.pid!).map(({ pid }) => pid);
  child.kill('SIGTERM');
  const over = () => !tree.some(isAlive);
  await until('a rival to end', over, 3000).catch(() => {
    for (const pid of tree.filter(isAlive)) process.kill(pid, 'SIGKILL');
  });
}

/** Waits until the page is served. */
export async function served(lab: Lab | undefined, url: string): Promise<void> {
  await until(`${url} to be served`, async () => {
    if (!lab) return (await fetch(url)).ok;
    const script = `fetch(${JSON.stringify(url)}).then(({ ok }) => process.exit(ok ? 0 : 1))`;
    await lab.server.run(process.execPath, '-e', script);
    return true;
  });
}
