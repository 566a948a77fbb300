/** `deskside list`: the desktops of this person (this user with this home), wherever their state is. */
import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { resolveStateDir, type Sources } from '../settings/resolve.ts';
import { type LockHolder, lockHolders } from '../supervisor/lock.ts';
import { environmentOf } from '../supervisor/processes.ts';
import { type Running, readRunning } from '../supervisor/state.ts';
import { ask } from './ask.ts';
import { linksOf } from './share-command.ts';
import { factsOf } from './status-commands.ts';

/** Who is there is left out of a desktop that does not say within this time, ms. */
const ANSWER_WITHIN = 2_000;

/** A desktop that is ready, and where. */
interface Found {
  stateDir: string;
  running: Running;
}

/** Prints those that are ready; as JSON with who is there and the links that let others in. */
export async function list(sources: Sources, json: boolean): Promise<void> {
  const desktops = await findDesktops();
  if (json) {
    const told = desktops.map((desktop) => tell(desktop, sources));
    console.log(JSON.stringify(await Promise.all(told)));
    return;
  }
  for (const { stateDir, running } of desktops)
    console.log(`${running.name}  ${running.display}  ${running.url}  ${stateDir}`);
}

async function findDesktops(): Promise<Found[]> {
  const found = await Promise.all((await lockHolders()).map(look));
  return found.filter((one) => one !== undefined).sort((a, b) => a.stateDir.localeCompare(b.stateDir));
}

/** Those of another user or another home are passed over: anybody could say anything. */
async function look({ pid, stateDir }: LockHolder): Promise<Found | undefined> {
  if (pid === undefined || stateDir === undefined) return undefined;
  const { uid } = await stat(stateDir).catch(() => ({ uid: undefined }));
  if (uid !== process.getuid!() || !(await hasOurHome(pid))) return undefined;
  const running = await readRunning(stateDir);
  return running && { stateDir, running };
}

async function hasOurHome(pid: number): Promise<boolean> {
  const variables = await environmentOf(pid);
  return (variables.HOME || homedir()) === (process.env.HOME || homedir());
}

async function tell({ stateDir, running }: Found, sources: Sources) {
  const byName = resolveStateDir({ ...sources, flags: { name: running.name } });
  const people = await ask(running, 'people', AbortSignal.timeout(ANSWER_WITHIN)).catch(() => undefined);
  return {
    ...factsOf(running),
    // Only where its name does not lead there.
    ...(stateDir !== byName && { stateDir }),
    people: people?.answer ?? [],
    links: await linksOf(stateDir, running),
  };
}
