import type { Rectangle, XClient } from '../support/x-client.ts';

/**
 * A counter in black and white squares, which survives any video encoder: one white and one black square to tell it from
 * anything else, then the counter and a checksum, the highest bit first.
 */
export const SQUARE = 16;
export const COUNTER_BITS = 12;
export const CHECK_BITS = 4;
export const SQUARES = 2 + COUNTER_BITS + CHECK_BITS;

/** Size of a code, device pixels. */
export const CODE = { width: SQUARES * SQUARE, height: SQUARE };

/** Counters repeat after this many. */
export const COUNTERS = 1 << COUNTER_BITS;

/** Draws a code with its top left corner at `at`. */
export function drawCode(x: XClient, drawable: number, at: { x: number; y: number }, counter: number): void {
  x.fill(drawable, 0x000000, { ...at, ...CODE });
  const white = squares(counter).flatMap((bit, i): Rectangle[] =>
    bit ? [{ x: at.x + i * SQUARE, y: at.y, width: SQUARE, height: SQUARE }] : [],
  );
  x.fill(drawable, 0xffffff, ...white);
}

/** Which squares are white. */
export function squares(counter: number): boolean[] {
  return [true, false, ...bits(counter, COUNTER_BITS), ...bits(checksum(counter), CHECK_BITS)];
}

/** The counter that these squares show; undefined if they show none, or parts of two. */
export function readSquares(white: readonly boolean[]): number | undefined {
  if (!white[0] || white[1]) return undefined;
  const counter = number(white.slice(2, 2 + COUNTER_BITS));
  return number(white.slice(2 + COUNTER_BITS)) === checksum(counter) ? counter : undefined;
}

/** Each bit of the counter changes one bit of it; zero is not the checksum of zero. */
function checksum(counter: number): number {
  return ((counter >> 8) ^ (counter >> 4) ^ counter ^ 0b1010) & 0b1111;
}

function bits(value: number, count: number): boolean[] {
  return Array.from({ length: count }, (_, i) => (value & (1 << (count - 1 - i))) !== 0);
}

function number(list: readonly boolean[]): number {
  return list.reduce((value, bit) => value * 2 + Number(bit), 0);
}
