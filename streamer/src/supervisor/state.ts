/** The state directory: what a desktop keeps between starts, and what tells other commands where it runs. */
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { createOnce } from './create-once.ts';
import { isAlive } from './processes.ts';

const wholeNumber = v.pipe(v.number(), v.integer(), v.minValue(0));

/** Content of session.json: there while the desktop is ready. */
const Running = v.object({
  pid: wholeNumber,
  /** With the pid it names one process for certain; see `ProcessIdentity`. */
  startTime: wholeNumber,
  name: v.string(),
  version: v.string(),
  port: wholeNumber,
  /** X display, `:N`. */
  display: v.string(),
  /** Cookie file that lets X clients in; undefined where the display needs none of ours. */
  xauthority: v.optional(v.string()),
  /** `PULSE_SERVER` for programs that are to be heard on the desktop; undefined where it is mute. */
  pulseServer: v.optional(v.string()),
  /** The page's address, without the token. */
  url: v.string(),
  tokenFile: v.string(),
});
export type Running = v.InferOutput<typeof Running>;

/** Makes the directory, mode 0700. @throws Error saying what to do if it is somebody else's or cannot be made */
export async function openStateDir(path: string): Promise<void> {
  const remedy = 'choose another with --state-dir';
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    const reason = (error as Error).message;
    throw new Error(
      `The state directory ${path} cannot be made (${reason}): make room for it, or ${remedy}.`,
    );
  }
  const { uid, mode } = await stat(path);
  const own = process.getuid!();
  if (uid !== own) {
    throw new Error(
      `The state directory ${path} belongs to user ${uid}, and this is user ${own}: its owner could take the desktop over. Change its owner (chown), or ${remedy}.`,
    );
  }
  if ((mode & 0o077) !== 0) await chmod(path, 0o700);
}

/** What tells this desktop from all others, the same after each start. */
export async function instanceOf(stateDir: string): Promise<string> {
  return (await createOnce(join(stateDir, 'instance'), () => randomBytes(8).toString('hex'))).trim();
}

export async function writeRunning(stateDir: string, running: Running): Promise<void> {
  const path = fileOf(stateDir);
  await writeFile(`${path}.new`, `${JSON.stringify(running, null, 2)}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/** What session.json says, also when that process is gone; undefined if it says nothing sensible. */
export async function readRecorded(stateDir: string): Promise<Running | undefined> {
  const text = await readFile(fileOf(stateDir), 'utf8').catch(() => '');
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), Running), text);
  return result.success ? result.output : undefined;
}

/** The desktop that is ready in this state directory. */
export async function readRunning(stateDir: string): Promise<Running | undefined> {
  const recorded = await readRecorded(stateDir);
  return recorded && (await isAlive(recorded)) ? recorded : undefined;
}

export async function removeRunning(stateDir: string): Promise<void> {
  await rm(fileOf(stateDir), { force: true });
}

function fileOf(stateDir: string): string {
  return join(stateDir, 'session.json');
}
