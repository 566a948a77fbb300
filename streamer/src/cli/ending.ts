/** `deskside stop`: ends a desktop, also one that is still starting or does not answer. */
import { cleanUp } from '../supervisor/clean-up.ts';
import { lockHolder } from '../supervisor/lock.ts';
import { identify, processEnded, signal } from '../supervisor/processes.ts';
import { instanceOf, openStateDir, readRunning } from '../supervisor/state.ts';

/** The streamer ends within 5 s of SIGTERM, ms; what takes longer is stuck. */
const END_WITHIN = 6_000;

/** False if none ran. */
export async function endDesktop(stateDir: string): Promise<boolean> {
  await openStateDir(stateDir);
  const instance = await instanceOf(stateDir);
  const holder = await lockHolder(instance);
  const pid = holder?.pid ?? (holder && (await readRunning(stateDir))?.pid);
  const streamer = pid === undefined ? undefined : await identify(pid);
  if (streamer === undefined) return false;
  signal(streamer.pid, 'SIGTERM');
  if (await processEnded(streamer, END_WITHIN)) return true;
  signal(streamer.pid, 'SIGKILL');
  await processEnded(streamer, END_WITHIN);
  await cleanUp(stateDir, instance);
  return true;
}
