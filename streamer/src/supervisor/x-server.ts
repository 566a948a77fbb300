/** The X server of our own: Xvfb. */
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { connect } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import type { Size } from '../display/api.ts';
import { type Child, describeExit, startChild } from './child.ts';
import { findProgram } from './programs.ts';

/** A machine this slow is broken, ms: Xvfb needs a tenth of a second. */
const START_WITHIN = 15_000;

/** Of three seconds that all children have together, ms: Xvfb has nothing to save. */
const STOP_WITHIN = 800;

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
}

/** Done when clients can connect. @throws Error saying why it does not start and what to do */
export async function startXServer(options: XServerOptions): Promise<XServer> {
  const program = findProgram('Xvfb');
  if (program === undefined) {
    throw new Error(
      'Xvfb, the X server, is not installed: apt-get install xvfb, or show one that runs with --attach.',
    );
  }
  const child = await startChild({
    command: program,
    args: argumentsOf(options),
    environment: process.env,
    mark: options.mark,
    output: options.output,
    extraStdio: ['pipe'],
    stopWithin: STOP_WITHIN,
  });
  const display = await whenReady(child, options.display);
  const stop = async () => {
    await child.stop();
    await removeLeftovers(display);
  };
  return { ...child, display, stop };
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

function argumentsOf({ display, maxSize, cookieFile }: XServerOptions): string[] {
  const { width, height } = maxSize;
  const screen = ['-screen', '0', `${width}x${height}x24`, '-dpi', '96'];
  // -noreset: without it RANDR's sizes are forgotten as soon as the last client leaves. -s 0: no blanking.
  const behaviour = ['-noreset', '-s', '0', '-nolisten', 'tcp', '-auth', cookieFile];
  return [...(display === undefined ? [] : [display]), '-displayfd', '3', ...screen, ...behaviour];
}

/** Xvfb writes its display number to the descriptor when clients can connect. */
async function whenReady(child: Child, wanted: string | undefined): Promise<string> {
  const complaint = collect(child.process.stderr!);
  const ready = new Promise<string>((resolve) => {
    let text = '';
    (child.process.stdio[3] as Readable).setEncoding('latin1').on('data', (part: string) => {
      text += part;
      if (text.includes('\n')) resolve(`:${text.trim()}`);
    });
  });
  const failed = child.exited.then((exit) => {
    throw new Error(explain(complaint(), describeExit(exit), wanted));
  });
  const late = new Promise<never>((_, reject) => {
    const error = new Error(`Xvfb was not ready after ${START_WITHIN / 1000} s: is the machine overloaded?`);
    setTimeout(reject, START_WITHIN, error).unref();
  });
  try {
    return await Promise.race([ready, failed, late]);
  } catch (error) {
    await child.stop();
    throw error;
  }
}

function explain(complaint: string, exit: string, wanted: string | undefined): string {
  if (wanted !== undefined && /already active|listening sockets/.test(complaint)) {
    return `The display ${wanted} is in use by another X server: choose another with --display, leave --display out for a free one, or show that one with --attach ${wanted}.`;
  }
  const said = complaint.trim().split('\n').at(-1) || 'it gave no reason';
  return `Xvfb, the X server, ended at its start with ${exit}: ${said}. \`deskside doctor\` checks what it needs.`;
}

function collect(stream: Readable): () => string {
  let text = '';
  stream.on('data', (part: Buffer) => {
    text = (text + part.toString('latin1')).slice(-MAX_COMPLAINT);
  });
  return () => text;
}
