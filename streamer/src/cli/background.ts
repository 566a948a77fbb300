/** `deskside start`: a desktop in the background, whoever else starts it at the same time. */
import { type ChildProcess, spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as v from 'valibot';
import { resolveSettings, type Sources } from '../settings/resolve.ts';
import { SMALL_HEAP, TIDY_MALLOC } from '../small-process.ts';
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

/**
 * @param timeout how long it may take, ms
 * @throws CommandError saying why it is not ready; @throws SettingsError
 */
export async function startInBackground(sources: Sources, timeout: number): Promise<Running> {
  const { stateDir } = resolveSettings(sources).settings;
  await openStateDir(stateDir);
  const instance = await instanceOf(stateDir);
  const deadline = Date.now() + timeout;
  for (;;) {
    const running = await readRunning(stateDir);
    if (running) return running;
    if (Date.now() >= deadline) throw await tooLate(stateDir, timeout);
    // Whoever has the lock is ahead of us, or is just ending; if it does not make it, we try.
    if (await lockHolder(instance)) await delay(LOOK_EVERY);
    else await startOurs(stateDir, sources, deadline - Date.now());
  }
}

/** Done when it is ready, when another one was faster, or when time is up and it was stopped. */
async function startOurs(stateDir: string, sources: Sources, timeLeft: number): Promise<void> {
  const child = spawnStreamer(stateDir, sources);
  const late = delay(timeLeft, 'late' as const, { ref: false });
  const outcome = await Promise.race([firstMessage(child), exitOf(child), late]);
  if (outcome === 'late') child.kill('SIGTERM');
  else if (outcome.type === 'failed' && outcome.exitCode !== EXIT.alreadyRunning) {
    throw await failure(outcome.message, stateDir, outcome.exitCode);
  }
  if (child.connected) child.disconnect();
  child.unref();
}

/** With what it needs to live on after us: a session of its own, no terminal. */
function spawnStreamer(stateDir: string, { flags }: Sources): ChildProcess {
  const environment: NodeJS.ProcessEnv = { ...process.env, ...TIDY_MALLOC };
  // Started from a terminal on another desktop, it must not end with that.
  delete environment[INSTANCE_VARIABLE];
  const crashes = openSync(join(stateDir, 'crash.log'), 'a', 0o600);
  return spawn(
    process.execPath,
    [SMALL_HEAP, process.argv[1]!, 'run', '--background', ...argumentsOf(flags)],
    {
      detached: true,
      env: environment,
      stdio: ['ignore', 'ignore', crashes, 'ipc'],
    },
  );
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

function tooLate(stateDir: string, timeout: number): Promise<CommandError> {
  const allowed = `--timeout ${timeout / 1000}`;
  return failure(
    `The desktop was not ready in time (${allowed}): allow more, or see what it waits for.`,
    stateDir,
  );
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
