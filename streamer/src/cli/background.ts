/** `deskside start`: a desktop in the background, whoever else starts it at the same time. */
import { type ChildProcess, spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as v from 'valibot';
import { resolveSettings, type Sources } from '../settings/resolve.ts';
import { lockHolder } from '../supervisor/lock.ts';
import { INSTANCE_VARIABLE } from '../supervisor/processes.ts';
import { instanceOf, openStateDir, type Running, readRunning } from '../supervisor/state.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import { tailOf } from './logs.ts';
import { argumentsOf } from './setting-flags.ts';

/** What `run --background` tells the `start` that waits for it. */
export type BackgroundMessage = v.InferOutput<typeof BackgroundMessage>;
const BackgroundMessage = v.variant('type', [
  v.object({ type: v.literal('ready') }),
  v.object({ type: v.literal('failed'), message: v.string(), exitCode: v.number() }),
]);

/** How often to look whether somebody else's start is done, ms. */
const LOOK_EVERY = 50;

/** @throws CommandError saying why it is not ready; @throws SettingsError */
export async function startInBackground(sources: Sources, timeout: number): Promise<Running> {
  const { stateDir } = resolveSettings(sources).settings;
  await openStateDir(stateDir);
  const deadline = Date.now() + timeout;
  const ready = await readRunning(stateDir);
  if (ready) return ready;
  await startOurs(stateDir, sources, timeout);
  return whenRunning(stateDir, deadline, timeout);
}

/** Done when it is ready, or when another start is ahead of us. */
async function startOurs(stateDir: string, sources: Sources, timeout: number): Promise<void> {
  const child = spawnStreamer(stateDir, sources);
  const outcome = await Promise.race([
    firstMessage(child),
    exitOf(child),
    delay(timeout, 'late' as const, { ref: false }),
  ]);
  if (outcome === 'late') {
    child.kill('SIGTERM');
    throw await failure(`The desktop was not ready within ${timeout / 1000} s and was stopped.`, stateDir);
  }
  if (outcome.type === 'failed' && outcome.exitCode !== EXIT.alreadyRunning) {
    throw await failure(outcome.message, stateDir, outcome.exitCode);
  }
  if (child.connected) child.disconnect();
  child.unref();
}

/** With what it needs to live on after us: a session of its own, no terminal. */
function spawnStreamer(stateDir: string, { flags }: Sources): ChildProcess {
  const environment = { ...process.env };
  // Started from a terminal on another desktop, it must not end with that.
  delete environment[INSTANCE_VARIABLE];
  const crashes = openSync(join(stateDir, 'crash.log'), 'a', 0o600);
  return spawn(process.execPath, [process.argv[1]!, 'run', '--background', ...argumentsOf(flags)], {
    detached: true,
    env: environment,
    stdio: ['ignore', 'ignore', crashes, 'ipc'],
  });
}

function firstMessage(child: ChildProcess): Promise<BackgroundMessage> {
  return new Promise((resolve) => {
    child.once('message', (message) => resolve(v.parse(BackgroundMessage, message)));
  });
}

async function exitOf(child: ChildProcess): Promise<BackgroundMessage> {
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) => {
    child.once('exit', (...exit) => resolve(exit));
  });
  const message = `The streamer ended at its start (${signal ?? `code ${code}`}).`;
  return { type: 'failed', message, exitCode: code ?? EXIT.failed };
}

async function whenRunning(stateDir: string, deadline: number, timeout: number): Promise<Running> {
  const instance = await instanceOf(stateDir);
  for (;;) {
    const running = await readRunning(stateDir);
    if (running) return running;
    if ((await lockHolder(instance)) === undefined) {
      throw await failure('The desktop was being started by another command, which failed.', stateDir);
    }
    if (Date.now() >= deadline) {
      throw await failure(
        `The desktop is being started by another command and was not ready within ${timeout / 1000} s.`,
        stateDir,
      );
    }
    await delay(LOOK_EVERY);
  }
}

async function failure(
  message: string,
  stateDir: string,
  exitCode: number = EXIT.failed,
): Promise<CommandError> {
  const tail = await tailOf(stateDir);
  const log = tail === '' ? '' : `\nThe end of its log (deskside logs):\n${tail}`;
  return new CommandError(`${message}${log}`, exitCode);
}
