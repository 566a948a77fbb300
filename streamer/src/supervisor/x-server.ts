/** The X server of our own: Xvfb. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { connect } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { promisify } from 'node:util';
import type { Size } from '../display/api.ts';
import { type Child, describeExit, startChild } from './child.ts';
import { findProgram } from './programs.ts';

/** A machine this slow is broken, ms: Xvfb needs a tenth of a second. */
const START_WITHIN = 15_000;

/** Of three seconds that all children have together, ms: Xvfb has nothing to save. */
const STOP_WITHIN = 800;

/** As X servers themselves have it. */
const LAST_DISPLAY = 65_535;

/** What a failing X server printed last is in its last lines, characters. */
const MAX_COMPLAINT = 2_000;

export interface XServerOptions {
  /** `:N`; the first free one if not given. */
  display: string | undefined;
  /** Size of the screen, and so of its memory; smaller ones are set by RANDR. */
  maxSize: Size;
  cookieFile: string;
  mark: string;
  output: Writable;
}

export interface XServer extends Child {
  /** `:N` */
  readonly display: string;
  /** Number of the System V segment that it draws in. Marked for removal: it goes with its last user. */
  readonly screenSegment: number;
}

class DisplayTaken extends Error {
  override readonly name = 'DisplayTaken';
}

/** Done when clients can connect. @throws Error saying why it does not start and what to do */
export async function startXServer(options: XServerOptions): Promise<XServer> {
  const program = findProgram('Xvfb');
  if (program === undefined) {
    throw new Error(
      'Xvfb, the X server, is not installed: apt-get install xvfb, or show one that runs with --attach.',
    );
  }
  const { display } = options;
  return await (display === undefined
    ? startAsFirstFree(program, options)
    : startAs(display, program, options));
}

/**
 * By itself Xvfb looks for a free display in its own network only, and takes the socket files of others: in a container
 * that shares /tmp/.X11-unix with its host, those of the person's own screen.
 */
async function startAsFirstFree(program: string, options: XServerOptions): Promise<XServer> {
  for (let number = 0; ; number++) {
    const display = `:${number}`;
    if (await isTaken(display)) continue;
    try {
      return await startAs(display, program, options);
    } catch (error) {
      if (!(error instanceof DisplayTaken) || number >= LAST_DISPLAY) throw error;
    }
  }
}

async function startAs(display: string, program: string, options: XServerOptions): Promise<XServer> {
  const child = await startChild({
    command: program,
    args: argumentsOf(display, options),
    environment: process.env,
    mark: options.mark,
    output: options.output,
    extraStdio: ['pipe'],
    stopWithin: STOP_WITHIN,
  });
  const screenSegment = await whenReady(child, display);
  const stop = async () => {
    await child.stop();
    await removeLeftovers(display);
  };
  return { ...child, display, screenSegment, stop };
}

/** Removes the socket of an X server that was killed; a living one's stays. With `-displayfd` there is no lock file. */
export async function removeLeftovers(display: string): Promise<void> {
  if (!(await isTaken(display))) await rm(socketOf(display), { force: true }).catch(() => {});
}

/** Whether an X server, whosever it is, answers as this display. */
export async function isTaken(display: string): Promise<boolean> {
  const socket = connect(socketOf(display));
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

function socketOf(display: string): string {
  return `/tmp/.X11-unix/X${display.slice(1)}`;
}

function argumentsOf(display: string, { maxSize, cookieFile }: XServerOptions): string[] {
  const { width, height } = maxSize;
  const screen = ['-screen', '0', `${width}x${height}x24`, '-dpi', '96'];
  // -noreset: without it RANDR's sizes are forgotten as soon as the last client leaves. -s 0: no blanking.
  // -shmem: in memory that the media process reads.
  const behaviour = ['-shmem', '-noreset', '-s', '0', '-nolisten', 'tcp', '-auth', cookieFile];
  return [display, '-displayfd', '3', ...screen, ...behaviour];
}

/** Xvfb writes to the descriptor when clients can connect. @returns its segment */
async function whenReady(child: Child, display: string): Promise<number> {
  const complaint = collect(child.process.stderr!);
  const ready = once(child.process.stdio[3] as Readable, 'data').then(() => segmentOf(child, complaint));
  const failed = child.exited.then((exit) => {
    throw explain(complaint(), describeExit(exit), display);
  });
  const late = new Promise<never>((_, reject) => {
    const error = new Error(`Xvfb was not ready after ${START_WITHIN / 1000} s: is the machine overloaded?`);
    setTimeout(reject, START_WITHIN, error).unref();
  });
  try {
    const segment = await Promise.race([ready, failed, late]);
    await removeWithItsUsers(segment);
    return segment;
  } catch (error) {
    await child.stop();
    throw error;
  }
}

/** Xvfb prints `screen 0 shmid N` before it is ready, but two pipes are read in no order. */
async function segmentOf(child: Child, printed: () => string): Promise<number> {
  for (;;) {
    const found = /^screen 0 shmid (\d+)$/m.exec(printed());
    if (found) return Number(found[1]);
    await once(child.process.stderr!, 'data');
  }
}

/** Xvfb leaves its segment behind when it is killed. On Linux others may still attach to what is marked for removal. */
async function removeWithItsUsers(segment: number): Promise<void> {
  // Where there is no ipcrm, the media process does it when it attaches.
  await promisify(execFile)('ipcrm', ['--shmem-id', String(segment)]).catch(() => {});
}

function explain(complaint: string, exit: string, display: string): Error {
  if (/already active|listening sockets/.test(complaint)) {
    return new DisplayTaken(
      `The display ${display} is in use by another X server: choose another with --display, leave --display out for a free one, or show that one with --attach ${display}.`,
    );
  }
  const said = complaint.trim().split('\n').at(-1) || 'it gave no reason';
  return new Error(
    `Xvfb, the X server, ended at its start with ${exit}: ${said}. \`deskside doctor\` checks what it needs.`,
  );
}

function collect(stream: Readable): () => string {
  let text = '';
  stream.on('data', (part: Buffer) => {
    text = (text + part.toString('latin1')).slice(-MAX_COMPLAINT);
  });
  return () => text;
}
