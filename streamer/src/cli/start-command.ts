import type { Sources } from '../settings/resolve.ts';
import { resolveSettings } from '../settings/resolve.ts';
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
  await endDesktop(stateDir);
  await start(sources, options);
}

/** `deskside stop` */
export async function stop(stateDir: string): Promise<void> {
  const ran = await endDesktop(stateDir);
  console.log(ran ? 'The desktop has ended.' : 'No desktop ran.');
}
