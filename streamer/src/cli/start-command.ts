import { spawn } from 'node:child_process';
import { resolveSettings, type Sources } from '../settings/resolve.ts';
import { INSTANCE_VARIABLE } from '../supervisor/processes.ts';
import { instanceOf, openStateDir } from '../supervisor/state.ts';
import { startInBackground } from './background.ts';
import { endDesktop } from './ending.ts';
import { printRunning } from './status-commands.ts';

export interface StartOptions {
  /** How long it may take, ms. */
  timeout: number;
  json: boolean;
}

/** `deskside start` */
export async function start(sources: Sources, { timeout, json }: StartOptions): Promise<void> {
  await printRunning(await startInBackground(sources, timeout), json);
}

/** `deskside restart`: wrong settings are told before anything ends. */
export async function restart(sources: Sources, options: StartOptions): Promise<void> {
  const { stateDir } = resolveSettings(sources).settings;
  if (await runsOn(stateDir)) return restartFromOutside();
  await endDesktop(stateDir);
  await start(sources, options);
}

/** Whether we were started from a terminal on this very desktop, and so end with it. */
async function runsOn(stateDir: string): Promise<boolean> {
  await openStateDir(stateDir);
  const instance = await instanceOf(stateDir);
  return process.env[INSTANCE_VARIABLE]?.startsWith(`${instance}/`) ?? false;
}

function restartFromOutside(): void {
  const { [INSTANCE_VARIABLE]: _, ...environment } = process.env;
  spawn(process.execPath, process.argv.slice(1), {
    env: environment,
    detached: true,
    stdio: 'ignore',
  }).unref();
  console.log('The desktop restarts, and this terminal with it.');
}

/** `deskside stop` */
export async function stop(stateDir: string): Promise<void> {
  const ran = await endDesktop(stateDir);
  console.log(ran ? 'The desktop has ended.' : 'No desktop ran.');
}
