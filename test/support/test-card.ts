import type { Color } from './image.ts';
import type { Rectangle, XClient } from './x-client.ts';

/** Colours far from each other: wrong matrices, ranges and swapped channels all show. */
const COLORS = [
  0xffffff, 0xc0c000, 0x00c0c0, 0x00c000, 0xc000c0, 0xc00000, 0x0000c0, 0x000000, 0x808080, 0xff8040,
];

const PATCH = { width: 96, height: 96 };
const TEXT = { x: 96, y: 160, width: 640, height: 192 };

/** What a patch of the card has all over. */
export interface Patch extends Rectangle {
  color: Color;
}

/** Covers the screen with a card for comparing: patches of colour, a ramp of grey and fine black and white detail. */
export async function drawTestCard(x: XClient, background = 0x305070): Promise<Patch[]> {
  const window = x.coverScreen(background);
  const patches = COLORS.map((color, i) => ({ x: i * 112 + 32, y: 32, ...PATCH, color }));
  for (const patch of patches) x.fill(window, patch.color, patch);
  for (let level = 0; level < 256; level++) {
    x.fill(window, level * 0x010101, { x: 96 + level * 4, y: 400, width: 4, height: 64 });
  }
  x.fill(window, 0xffffff, TEXT);
  x.fill(window, 0x000000, ...glyphs());
  await x.sync();
  return patches.map((patch) => ({ ...patch, color: channels(patch.color) }));
}

export function channels(color: number): Color {
  return [color >> 16, (color >> 8) & 0xff, color & 0xff];
}

/** Strokes as thin as those of letters, never twice the same. */
function glyphs(): Rectangle[] {
  let seed = 1;
  const random = (below: number) => {
    // The generator of Park and Miller: the same card in every run.
    seed = (seed * 48271) % 0x7fffffff;
    return seed % below;
  };
  return Array.from({ length: 1200 }, (_, i) => {
    const cell = { x: TEXT.x + (i % 60) * 10 + 8, y: TEXT.y + Math.floor(i / 60) * 9 + 4 };
    const upright = random(2) === 0;
    return {
      x: cell.x + random(4),
      y: cell.y + random(3),
      width: upright ? 1 : 2 + random(5),
      height: upright ? 2 + random(5) : 1,
    };
  });
}
