/**
 * The bytes of a tile: a stream of operations in the manner of QOI (qoiformat.org), for opaque pixels and without a
 * header. Pixels come row by row. Both sides keep the last pixel (black at the start) and a table of 64 pixels seen
 * before (black at the start), in which a pixel stands at `(3 r + 5 g + 7 b) mod 64`; every pixel that is not part of a
 * run is entered.
 *
 * | bytes (bits) | pixels |
 * |---|---|
 * | `00iiiiii` | the one at `i` of the table |
 * | `01rrggbb` | the last one plus a difference, each channel -2 to 1, stored plus 2, modulo 256 |
 * | `10gggggg rrrrbbbb` | the last one plus a difference: green -32 to 31, stored plus 32; red and blue relative to green's, -8 to 7, stored plus 8 |
 * | `11nnnnnn`, n at most 61 | the last one, n + 1 times |
 * | `11111110 r g b` | this one |
 * | `11111111 n n` | the last one, n + 1 times, n little-endian |
 *
 * In words of memory, pixels are `0xRRGGBB` as X servers have them (the highest byte is ignored) at the encoder, and
 * `0xffBBGGRR` as canvases have them at the decoder.
 */
import { ProtocolError } from './bytes.ts';
import type { Rectangle } from './picture.ts';

/** Most bytes that one pixel takes. */
const LONGEST = 4;

const DIFFERENCE = 0x40;
const LUMA = 0x80;
const RUN = 0xc0;
const RGB = 0xfe;
const LONG_RUN = 0xff;
const MAX_RUN = 62;
const MAX_LONG_RUN = 0x10000;
const OPAQUE_BLACK = 0xff000000 | 0;

/** Room that {@link encodeQoi} needs at most for this many pixels, bytes. */
export function maxQoiSize(pixels: number): number {
  return pixels * LONGEST + LONGEST;
}

/**
 * Encodes a rectangle of a picture.
 *
 * @param words the picture, `0xXXRRGGBB`, `stride` words a row
 * @param out room for `maxQoiSize` of the rectangle's pixels
 * @param limit bytes from which on it is not worth it; looked at after each row
 * @returns how many bytes were written, or -1 if the limit was passed
 */
export function encodeQoi(
  words: Uint32Array,
  stride: number,
  { x, y, width, height }: Rectangle,
  out: Uint8Array,
  limit: number = Number.POSITIVE_INFINITY,
): number {
  seen.fill(0);
  let last = 0;
  let run = 0;
  let length = 0;
  for (let row = y; row < y + height; row++) {
    if (length > limit) return -1;
    const end = row * stride + x + width;
    for (let i = row * stride + x; i < end; i++) {
      // Most pixels are those before them: a loop with nothing else in it is compiled sooner, and to less.
      const begun = i;
      while (i < end && (words[i]! & 0xffffff) === last) i++;
      run += i - begun;
      if (i === end) break;
      const pixel = words[i]! & 0xffffff;
      if (run > 0) {
        length = putRun(out, length, run);
        run = 0;
      }
      const r = pixel >> 16;
      const g = (pixel >> 8) & 255;
      const b = pixel & 255;
      const slot = (r * 3 + g * 5 + b * 7) & 63;
      if (seen[slot] === pixel) {
        out[length++] = slot;
        last = pixel;
        continue;
      }
      seen[slot] = pixel;
      const dr = ((r - (last >> 16)) << 24) >> 24;
      const dg = ((g - ((last >> 8) & 255)) << 24) >> 24;
      const db = ((b - (last & 255)) << 24) >> 24;
      last = pixel;
      const rg = dr - dg;
      const bg = db - dg;
      if (dr >= -2 && dr < 2 && dg >= -2 && dg < 2 && db >= -2 && db < 2) {
        out[length++] = DIFFERENCE | ((dr + 2) << 4) | ((dg + 2) << 2) | (db + 2);
      } else if (dg >= -32 && dg < 32 && rg >= -8 && rg < 8 && bg >= -8 && bg < 8) {
        out[length++] = LUMA | (dg + 32);
        out[length++] = ((rg + 8) << 4) | (bg + 8);
      } else {
        out[length++] = RGB;
        out[length++] = r;
        out[length++] = g;
        out[length++] = b;
      }
    }
  }
  return run > 0 ? putRun(out, length, run) : length;
}

/**
 * Decodes a tile into a picture.
 *
 * @param words the picture, `0xffBBGGRR`, `stride` words a row; the rectangle lies within it
 * @throws ProtocolError if the bytes do not make exactly the rectangle's pixels; some may have been written by then
 */
export function decodeQoi(
  data: Uint8Array,
  words: Uint32Array,
  stride: number,
  { x, y, width, height }: Rectangle,
): void {
  seen.fill(0);
  let at = 0;
  let r = 0;
  let g = 0;
  let b = 0;
  let run = 0;
  // Signed: V8 keeps it in a register even before it compiles this, where it would make an object of each larger number.
  let word = OPAQUE_BLACK;
  for (let row = y; row < y + height; row++) {
    const end = row * stride + x + width;
    for (let i = row * stride + x; i < end; ) {
      if (run > 0) {
        const count = Math.min(run, end - i);
        words.fill(word, i, i + count);
        run -= count;
        i += count;
        continue;
      }
      if (at >= data.length) throw new ProtocolError('a tile with too few bytes');
      const op = data[at++]!;
      if (op >= RUN && op !== RGB) {
        run = op === LONG_RUN ? (data[at]! | (data[at + 1]! << 8)) + 1 : op - RUN + 1;
        if (op === LONG_RUN) at += 2;
        continue;
      }
      if (op < DIFFERENCE) {
        const pixel = seen[op]!;
        r = pixel >> 16;
        g = (pixel >> 8) & 255;
        b = pixel & 255;
      } else {
        if (op < LUMA) {
          r = (r + ((op >> 4) & 3) - 2) & 255;
          g = (g + ((op >> 2) & 3) - 2) & 255;
          b = (b + (op & 3) - 2) & 255;
        } else if (op < RUN) {
          const next = data[at++]!;
          const dg = (op & 63) - 32;
          r = (r + dg + (next >> 4) - 8) & 255;
          g = (g + dg) & 255;
          b = (b + dg + (next & 15) - 8) & 255;
        } else {
          r = data[at++]!;
          g = data[at++]!;
          b = data[at++]!;
        }
        seen[(r * 3 + g * 5 + b * 7) & 63] = (r << 16) | (g << 8) | b;
      }
      word = OPAQUE_BLACK | (b << 16) | (g << 8) | r;
      words[i++] = word;
    }
  }
  if (at !== data.length || run > 0) throw new ProtocolError('a tile with bytes that do not fit its size');
}

/** The table of pixels seen before; one for all, since neither side is ever within two tiles at once. */
const seen = new Int32Array(64);

function putRun(out: Uint8Array, start: number, count: number): number {
  let length = start;
  let left = count;
  while (left > MAX_RUN) {
    const part = Math.min(left, MAX_LONG_RUN);
    out[length++] = LONG_RUN;
    out[length++] = (part - 1) & 255;
    out[length++] = (part - 1) >> 8;
    left -= part;
  }
  if (left > 0) out[length++] = RUN | (left - 1);
  return length;
}
