import type { Writable } from 'node:stream';
import type { Child } from '../child.ts';

/** The sink that is recorded; its monitor source has `.monitor` after it. */
export const SINK = 'deskside';

export interface SoundServerOptions {
  /** Of its own: its socket, its settings, its state. */
  folder: string;
  /** The desktop's name, by which mixers show the sink. */
  desktop: string;
  /** Of the sink: 1 or 2. */
  channels: number;
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
