import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDirectory } from '../cache.ts';
import { readProcess } from '../process.ts';
import { until } from '../until.ts';
import { command } from './command.ts';

/** Sockets have to have short names (unix(7): 108 bytes). */
const RUN = '/run/deskside-engine';
const PID_FILE = `${RUN}/docker.pid`;
const ADDRESS = `unix://${RUN}/docker.sock`;

/** An engine first loads all that its data directory holds, ms. */
const START_PATIENCE_MS = 60_000;

export interface Dockerd extends AsyncDisposable {
  /** For `DOCKER_HOST`. */
  address: string;
}

/** Images that take long to make stay for the next engine; all else goes, since a day's images would fill a disk. */
const KEPT = /^deskside-test\/(bare|prepared):/;

/** Debian's engine with sockets and data of its own. */
export async function startDockerd(): Promise<Dockerd> {
  await endLeftover();
  const home = join(cacheDirectory, 'engine');
  // The last thing that an engine's end does: without it the data may be damaged.
  const inOrder = join(home, 'ended-in-order');
  if (existsSync(inOrder)) await rm(inOrder);
  else await rm(home, { recursive: true, force: true });
  await mkdir(home, { recursive: true });
  await mkdir(RUN, { recursive: true });
  const logFile = join(home, 'dockerd.log');
  await using log = await open(logFile, 'w');
  const flags = ['--data-root', join(home, 'data'), '--exec-root', `${RUN}/exec`, '--pidfile', PID_FILE];
  // Room for the headers of a tunnel, through which the machine itself may be connected.
  const network = ['--host', ADDRESS, '--mtu', '1400'];
  const child = spawn('dockerd', [...flags, ...network], { stdio: ['ignore', log.fd, log.fd] });
  const answers = () => docker(['version']).then(() => child.exitCode === null);
  const over = () => child.exitCode !== null;
  await until('the container engine to answer or end', () => over() || answers(), START_PATIENCE_MS).catch(
    () => {},
  );
  if (!(await answers().catch(() => false))) {
    await end(child);
    throw new Error(`dockerd did not start. The end of ${logFile}:\n${await lastLines(logFile)}`);
  }
  return {
    address: ADDRESS,
    async [Symbol.asyncDispose]() {
      await removeContainers()
        .then(removeImages)
        .finally(() => end(child));
      await writeFile(inOrder, '');
    },
  };
}

/** One that an earlier guard could not end because it was killed itself. */
async function endLeftover(): Promise<void> {
  const pid = Number(await readFile(PID_FILE, 'utf8').catch(() => 'none'));
  if (!readProcess(pid)?.command.includes(PID_FILE)) return;
  process.kill(pid, 'SIGTERM');
  await until('the engine of an earlier run to end', () => readProcess(pid) === undefined);
}

/** Again until none is left: one that the end of a test is removing already is refused to us, and gone soon. */
async function removeContainers(): Promise<void> {
  await until('the containers to be gone', async () => {
    const ids = (await docker(['ps', '--all', '--quiet'])).split('\n').filter((id) => id !== '');
    if (ids.length > 0) await docker(['rm', '--force', '--volumes', ...ids]);
    return ids.length === 0;
  });
}

async function removeImages(): Promise<void> {
  const names = (await docker(['image', 'ls', '--format', '{{.Repository}}:{{.Tag}}'])).trim().split('\n');
  const rest = names.filter((name) => name !== '' && !name.includes('<none>') && !KEPT.test(name));
  if (rest.length > 0) await docker(['image', 'rm', '--force', ...rest]);
  await docker(['system', 'prune', '--force', '--volumes']);
}

async function docker(args: string[]): Promise<string> {
  return await command('docker', args, { env: { ...process.env, DOCKER_HOST: ADDRESS } });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode === null) {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  await rm(RUN, { recursive: true, force: true });
}

async function lastLines(file: string): Promise<string> {
  return (await readFile(file, 'utf8')).split('\n').slice(-20).join('\n');
}
