import { expect, test } from 'vitest';
import { contentOf } from './content.ts';

const STRIDE = 320;
const HEIGHT = 200;
const inside = { x: 10, y: 20, width: 300, height: 160 };

/** A screen whose pixels are what a function of their place says. */
function screen(colour: (x: number, y: number) => number): Uint32Array {
  return Uint32Array.from({ length: STRIDE * HEIGHT }, (_, i) => colour(i % STRIDE, Math.floor(i / STRIDE)));
}

const hash = (x: number, y: number) => Math.imul(x * 7919 + y * 104729 + 1, 2654435761) >>> 8;

test.each([
  ['one colour', () => 0x336699, 'flat'],
  ['a panel with a border', (x: number) => (x < 100 ? 0x336699 : 0xffffff), 'flat'],
  ['letters', (x: number, y: number) => (hash(x >> 1, y) % 3 === 0 ? 0x202020 : 0xffffff), 'text'],
  [
    'letters with smooth edges',
    (x: number, y: number) => [0x202020, 0x808080, 0xc0c0c0, 0xffffff][hash(x, y) % 4]!,
    'text',
  ],
  ['the grain of a photograph', hash, 'photograph'],
  ['a smooth gradient', (x: number, y: number) => x * 3 + ((y * 2) << 8), 'photograph'],
] as const)('%s', (_, colour, content) => {
  expect(contentOf(screen(colour), STRIDE, inside)).toBe(content);
});

test('a single pixel is flat', () => {
  expect(contentOf(screen(hash), STRIDE, { x: 5, y: 5, width: 1, height: 1 })).toBe('flat');
});
