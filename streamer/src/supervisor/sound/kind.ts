import type { Writable } from 'node:stream';
import type { Child } from '../child.ts';

/** The sink that is recorded; its monitor source has `.monitor` after it. */
export const SINK = 'deskside';

/** The source that programs record a person's voice from, and the sink that feeds it. */
export const MICROPHONE = 'deskside-microphone';
export const MICROPHONE_FEED = `${MICROPHONE}-feed`;

/** Channels that a sink can have, and which loudspeakers they are: in the order of WAVE files, as everything here. */
export const CHANNEL_MAPS = {
  1: ['mono'],
  2: ['front-left', 'front-right'],
  6: ['front-left', 'front-right', 'front-center', 'lfe', 'rear-left', 'rear-right'],
  8: [
    'front-left',
    'front-right',
    'front-center',
    'lfe',
    'rear-left',
    'rear-right',
    'side-left',
    'side-right',
  ],
} as const;
export type Channels = keyof typeof CHANNEL_MAPS;

export interface SoundServerOptions {
  /** Of its own: its socket, its settings, its state. */
  folder: string;
  /** The desktop's name, by which mixers show the sink. */
  desktop: string;
  /** Of the sink. */
  channels: Channels;
  /** Whether there is a microphone for programs to record from. */
  microphone: boolean;
  /** Of the desktop that this is; processes are marked with it. */
  instance: string;
  output: Writable;
}

export interface SoundServerKind {
  /** For people. */
  name: string;
  /** The program without which there is none. */
  program: string;
  /** @throws Error if a program of it cannot be started */
  start(options: SoundServerOptions): Promise<Child>;
}
