/** `deskside run`: one desktop, as long as this process lives. */
import { once } from 'node:events';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import type { Logger } from 'pino';
import { collectNowAndThen } from '../garbage.ts';
import { createLog, readable } from '../log.ts';
import { openDesk } from '../run.ts';
import { type Resolved, resolveSettings, type Sources } from '../settings/resolve.ts';
import { secretVariables } from '../settings.ts';
import { TIDY_MALLOC } from '../small-process.ts';
import { openCappedLog } from '../supervisor/capped-log.ts';
import { cleanUp } from '../supervisor/clean-up.ts';
import { takeLock } from '../supervisor/lock.ts';
import { identify, processesOf, signal } from '../supervisor/processes.ts';
import { instanceOf, openStateDir, type Running, removeRunning, writeRunning } from '../supervisor/state.ts';
import { keepToken, readOrMakeToken, TOKEN_VARIABLE, tokenGiven } from '../supervisor/token.ts';
import { version } from '../version.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import { logFiles } from './logs.ts';

/** Everything has to be gone 5 s after SIGTERM; what is not by now, ms, is killed. */
const END_WITHIN = 4_500;

export interface ForegroundEvents {
  onReady(running: Running, token: string): void;
}

/**
 * Done when a signal has ended the desktop.
 * @throws SettingsError, CommandError, or Error saying why there is no desktop and what to do
 */
export async function runDesktop(
  sources: Sources,
  logTo: NodeJS.WriteStream | undefined,
  events: ForegroundEvents,
) {
  const resolved = resolveSettings(sources);
  const { stateDir } = resolved.settings;
  const ended = endSignal();
  await openStateDir(stateDir);
  const instance = await instanceOf(stateDir);
  await using _lock = await lock(instance, stateDir);
  await cleanUp(stateDir, instance);
  await using file = await openLogFile(stateDir);
  const log = openLog(resolved, file.stream, logTo);
  try {
    await runLocked(resolved, instance, log, ended, events);
  } catch (error) {
    log.fatal((error as Error).message);
    throw error;
  }
}

async function runLocked(
  { settings }: Resolved,
  instance: string,
  log: Logger,
  ended: Promise<string>,
  events: ForegroundEvents,
): Promise<void> {
  const { stateDir, name, tokenFile } = settings;
  const token = await findToken(tokenFile);
  // Programs on the desktop are not ours, and may have other needs. What the person set is theirs.
  for (const [variable, ours] of Object.entries(TIDY_MALLOC)) {
    if (process.env[variable] === ours) delete process.env[variable];
  }
  const desk = await openDesk({ settings, instance, token, log });
  const { port, url, display, xauthority, pulseServer } = desk;
  const { pid, startTime } = (await identify(process.pid))!;
  const desktop = { port, url, display, xauthority, pulseServer };
  const running = { pid, startTime, name, version, ...desktop, tokenFile };
  await writeRunning(stateDir, running);
  log.info({ version, url, display }, 'desktop ready');
  collectNowAndThen();
  events.onReady(running, token);

  log.info({ signal: await ended }, 'desktop ends');
  // Never cleared: it also ends us where all is done but something, such as a socket, still holds the process.
  setTimeout(() => void endByForce(instance, log), END_WITHIN).unref();
  await removeRunning(stateDir);
  await desk[Symbol.asyncDispose]();
}

/** The environment's comes before the file's. */
async function findToken(file: string): Promise<string> {
  const given = tokenGiven(process.env);
  // What runs on the desktop has no need of secrets.
  for (const name of [TOKEN_VARIABLE, ...secretVariables]) delete process.env[name];
  if (given !== undefined) await keepToken(file, given);
  return await readOrMakeToken(file);
}

async function lock(instance: string, stateDir: string): Promise<AsyncDisposable> {
  const taken = await takeLock(instance, stateDir);
  if (taken) return taken;
  throw new CommandError(
    `A desktop runs already in ${stateDir}: deskside url prints its address, --name starts another one beside it.`,
    EXIT.alreadyRunning,
  );
}

async function openLogFile(stateDir: string): Promise<{ stream: Writable } & AsyncDisposable> {
  const stream = await openCappedLog(join(stateDir, logFiles.streamer));
  // Whatever is logged after its end is for the terminal only.
  stream.on('error', () => {});
  return {
    stream,
    async [Symbol.asyncDispose]() {
      stream.end();
      await once(stream, 'close');
    },
  };
}

function openLog(
  { settings, notes }: Resolved,
  file: Writable,
  terminal: NodeJS.WriteStream | undefined,
): Logger {
  const streams = terminal === undefined ? [file] : [file, terminal.isTTY ? readable(terminal) : terminal];
  const log = createLog(settings.logLevel, streams);
  for (const note of notes) log.warn(note);
  return log;
}

function endSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, () => resolve(name));
  });
}

async function endByForce(instance: string, log: Logger): Promise<void> {
  const held = process.getActiveResourcesInfo();
  log.error({ held }, 'the desktop did not end in time and is killed');
  for (const pid of await processesOf(instance)) signal(pid, 'SIGKILL');
  process.exit(EXIT.failed);
}
