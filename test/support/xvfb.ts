import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import type { Namespace } from './lab/namespace.ts';
import type { XAddress } from './x-client.ts';

export interface Xvfb extends AsyncDisposable {
  address: XAddress;
  pid: number;
}

/** An X server that nobody but the test looks after, on a free display with a cookie of its own. */
export async function startXvfb(size: string, network?: Namespace): Promise<Xvfb> {
  const options = ['-noreset', '-nolisten', 'tcp', '-screen', '0', `${size}x24`];
  return await startXServer('Xvfb', options, network);
}

/** The same of another program with the options of X.Org's servers. */
export async function startXServer(
  program: string,
  options: readonly string[],
  network?: Namespace,
): Promise<Xvfb> {
  const folder = await mkdtemp(join(tmpdir(), 'deskside-xvfb-'));
  const xauthority = join(folder, 'Xauthority');
  await writeFile(xauthority, '');
  // The server takes any cookie of the file; the display's number is known only once it runs.
  const cookie = randomBytes(16).toString('hex');
  const addCookie = (display: string) =>
    promisify(execFile)('xauth', ['-f', xauthority, 'add', display, '.', cookie]);
  await addCookie(':0');
  const command: [string, ...string[]] = [program, '-displayfd', '3', '-auth', xauthority, ...options];
  const [first, ...args] = network ? network.enter(...command) : command;
  const child = spawn(first, args, {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const number = await firstLine(child.stdio[3] as NodeJS.ReadableStream);
  await addCookie(`:${number}`);
  return {
    address: { display: `:${number}`, xauthority, sockets: network?.xSockets },
    pid: child.pid!,
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.kill()) await once(child, 'exit');
      await rm(folder, { recursive: true });
    },
  };
}

async function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  return (await text(stream)).trim();
}
