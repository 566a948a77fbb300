/** `deskside logs`: what the streamer and its children have written. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { formatLine } from '../log.ts';
import { CommandError } from './exit-codes.ts';

/** Whose log, and its file in the state directory. */
export const logFiles = {
  streamer: 'deskside.log',
  session: 'session.log',
  xserver: 'xserver.log',
  sound: 'sound.log',
} as const;
export type LogName = keyof typeof logFiles;

/** Enough to see why something failed, bytes. */
const TAIL_BYTES = 4096;
const TAIL_LINES = 10;

export interface LogOptions {
  /** Lines of the past. */
  lines: number;
  /** Go on with what comes, until interrupted. */
  follow: boolean;
  /** The lines as they are: JSON in the streamer's log. */
  raw: boolean;
}

/** Prints to standard output. @throws CommandError if there is no log */
export async function printLog(stateDir: string, name: LogName, options: LogOptions): Promise<void> {
  const path = join(stateDir, logFiles[name]);
  if (!existsSync(path)) {
    throw new CommandError(`There is no log ${path}: no desktop was started here. Start one: deskside start`);
  }
  const args = ['-n', String(options.lines), ...(options.follow ? ['-F'] : []), path];
  const tail = spawn('tail', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = once(tail, 'close');
  process.stdout.once('error', () => tail.kill());
  for await (const line of createInterface({ input: tail.stdout })) {
    process.stdout.write(`${options.raw ? line : formatLine(line)}\n`);
  }
  await ended;
}

/** The last lines of the streamer's log; empty if there is none. */
export async function tailOf(stateDir: string): Promise<string> {
  const file = await open(join(stateDir, logFiles.streamer)).catch(() => undefined);
  if (file === undefined) return '';
  await using _ = file;
  const { size } = await file.stat();
  const { buffer, bytesRead } = await file.read({
    buffer: Buffer.alloc(TAIL_BYTES),
    position: Math.max(0, size - TAIL_BYTES),
  });
  const lines = buffer.toString('utf8', 0, bytesRead).trimEnd().split('\n').slice(-TAIL_LINES);
  return lines
    .map((line) => `  ${formatLine(line)}`)
    .join('\n')
    .trimEnd();
}
