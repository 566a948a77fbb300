import type { XClient } from '../../support/x-client.ts';

/** Where a scene shows a time code, device pixels of the desktop. */
export interface Probe {
  name: string;
  x: number;
  y: number;
}

export interface ScreenSize {
  width: number;
  height: number;
}

/** Something that moves on a desktop. */
export interface Scene {
  name: string;
  /** What a person would be doing. */
  description: string;
  probes: readonly Probe[];
  /** Of another size than `SCREEN`. */
  screen?: ScreenSize;
  /** Draws what is there before anything moves and shows counter 0 at every probe. */
  prepare(x: XClient): Promise<Motion>;
}

/** Draws the next picture with this counter at every probe; without one, nothing moves. */
export type Motion = ((counter: number) => void) | undefined;

export const SCREEN: ScreenSize = { width: 1920, height: 1080 };
