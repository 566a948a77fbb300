/** The desktop's own sound server: one sink that programs play to, apart from whatever sound the person has set up. */
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Child, describeExit } from '../child.ts';
import { findProgram } from '../programs.ts';
import type { SoundServerKind, SoundServerOptions } from './kind.ts';
import { startPipeWire } from './pipewire.ts';
import { startPulseAudio } from './pulseaudio.ts';

/** Best first. */
export const SOUND_SERVERS = {
  pulseaudio: { name: 'PulseAudio', program: 'pulseaudio', start: startPulseAudio },
  pipewire: { name: 'PipeWire', program: 'pipewire-pulse', start: startPipeWire },
} as const satisfies Record<string, SoundServerKind>;

/** Which one is wanted (`--audio`); `auto`: whichever is installed. */
export type SoundServerWish = 'auto' | keyof typeof SOUND_SERVERS;

/** Longest path of a Unix socket, bytes (unix(7): 108 with the zero at its end). */
const MAX_SOCKET_PATH = 107;

/** A machine this slow is broken, ms: servers need a tenth of a second. */
const START_WITHIN = 10_000;

/** How often to look whether it answers, ms. */
const LOOK_EVERY = 20;

/** The sound server of this machine that is used; undefined if none is installed, or not the one that is wanted. */
export function findSoundServer(wish: SoundServerWish, path?: string): SoundServerKind | undefined {
  const candidates: SoundServerKind[] =
    wish === 'auto' ? Object.values(SOUND_SERVERS) : [SOUND_SERVERS[wish]];
  return candidates.find(({ program }) => findProgram(program, path) !== undefined);
}

/** Why there is no sound server, and what to do. */
export function soundServerMissing(wish: SoundServerWish): { problem: string; remedy: string } {
  if (wish === 'pipewire') {
    const remedy = 'apt-get install pipewire-pulse wireplumber dbus';
    return { problem: 'PipeWire is not installed', remedy };
  }
  const problem =
    wish === 'auto' ? 'neither PulseAudio nor PipeWire is installed' : 'PulseAudio is not installed';
  return { problem, remedy: 'apt-get install pulseaudio' };
}

/** What `PULSE_SERVER` is for the programs of the desktop. */
export function pulseServerOf(folder: string): string {
  return `unix:${socketOf(folder)}`;
}

/** Done when programs can play. @throws Error saying why it does not start and what to do */
export async function startSoundServer(kind: SoundServerKind, options: SoundServerOptions): Promise<Child> {
  const socket = socketOf(options.folder);
  if (Buffer.byteLength(socket) > MAX_SOCKET_PATH) {
    throw new Error(
      `There is no sound: ${socket} is longer than a socket's path may be. Choose a shorter --state-dir.`,
    );
  }
  await mkdir(options.folder, { recursive: true, mode: 0o700 });
  const child = await kind.start(options);
  try {
    await whenAnswering(socket, child, kind.name);
  } catch (error) {
    await child.stop();
    throw error;
  }
  return child;
}

function socketOf(folder: string): string {
  return join(folder, 'native');
}

async function whenAnswering(socket: string, child: Child, name: string): Promise<void> {
  const deadline = Date.now() + START_WITHIN;
  let ended: string | undefined;
  void child.exited.then((exit) => {
    ended = describeExit(exit);
  });
  while (!(await answers(socket))) {
    if (ended !== undefined) {
      throw new Error(`${name} ended at its start with ${ended}: deskside logs sound shows why.`);
    }
    if (Date.now() > deadline) {
      throw new Error(
        `${name} did not answer within ${START_WITHIN / 1000} s: deskside logs sound shows why.`,
      );
    }
    await delay(LOOK_EVERY);
  }
}

async function answers(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
