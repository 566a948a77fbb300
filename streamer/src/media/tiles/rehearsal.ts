/**
 * V8 compiles what has run for a while, in threads of its own, which wait for a processor where others want it too. A first
 * picture that is the first to be packed takes 15 ms, and 80 beside a browser that loads a page on two cores (measured).
 */
import { setImmediate } from 'node:timers/promises';
import { TileEncoder } from './tile-encoder.ts';

const SIDE = 64;

/** Pictures until V8 has compiled all of it, and how many hold up what is waiting, which is for a millisecond. */
const PICTURES = 100;
const AT_ONCE = 10;

/** Packs pictures that nobody sees, a few at a time: 10 ms of work. */
export async function rehearse(): Promise<void> {
  const words = rehearsedPixels();
  const encoder = new TileEncoder();
  for (let picture = 1; picture <= PICTURES; picture++) {
    encoder.encode(words, SIDE, { x: 0, y: 0, width: SIDE, height: SIDE }, words.byteLength);
    if (picture % AT_ONCE === 0) await setImmediate();
  }
}

/** A square picture, `0x00RRGGBB`, that takes every operation of `encodeQoi`: what has not run is not compiled. */
export function rehearsedPixels(): Uint32Array {
  const words = new Uint32Array(SIDE * SIDE);
  let pixel = 0xffffff;
  for (let at = 0; at < words.length; at++) {
    const column = at % SIDE;
    const rests = at % 1024 >= 512;
    if (!rests && column < 8) pixel = (pixel + 0x010101) & 0xffffff;
    else if (!rests && column < 16) pixel = (pixel + 0x040506) & 0xffffff;
    else if (!rests && column < 24) pixel = (at * 0x9e3779b1) & 0xffffff;
    else if (!rests && column < 48) pixel = column % 2 === 0 ? 0xffffff : 0x202020;
    words[at] = pixel;
  }
  return words;
}
