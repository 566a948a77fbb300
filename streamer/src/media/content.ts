/** What kind of picture a part of the screen is, told from a few of its rows. */
import type { Rectangle } from '@deskside/protocol';

/** `flat`: areas of one colour. `text`: few colours, sharp edges. `photograph`: hardly two pixels alike. */
export type Content = 'flat' | 'text' | 'photograph';

/** Rows that are looked at, evenly spread, and pixels of each: 10 us. */
const ROWS = 8;
const COLUMNS = 96;

/** Of pixels, those that are new: neither their left neighbour nor among the last colours seen. */
const PHOTOGRAPH = 0.4;
/** Of pixels, those that differ from their left neighbour. */
const FLAT = 0.02;

/** Colours that are remembered: text has two and the shades of its edges. */
const REMEMBERED = 16;

/**
 * @param words the screen, `stride` words a row
 * @param rectangle lies within it
 */
export function contentOf(words: Uint32Array, stride: number, rectangle: Rectangle): Content {
  const recent = new Uint32Array(REMEMBERED);
  const rows = Math.min(ROWS, rectangle.height);
  const columns = Math.min(COLUMNS, rectangle.width);
  let edges = 0;
  let colours = 0;
  for (let i = 0; i < rows; i++) {
    const row = rectangle.y + Math.floor(((i + 0.5) * rectangle.height) / rows);
    // Another part of each row, from the left to the right.
    const left = rectangle.x + Math.floor(((rectangle.width - columns) * i) / rows);
    for (let at = row * stride + left + 1; at < row * stride + left + columns; at++) {
      const colour = words[at]! & 0xffffff;
      if (colour === (words[at - 1]! & 0xffffff)) continue;
      edges++;
      if (recent.includes(colour)) continue;
      recent[colours++ % REMEMBERED] = colour;
    }
  }
  const pixels = rows * columns;
  if (colours > PHOTOGRAPH * pixels) return 'photograph';
  return edges > FLAT * pixels ? 'text' : 'flat';
}
