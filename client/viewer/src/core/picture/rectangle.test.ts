import type { Rectangle } from '@deskside/protocol';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { intersection, union, without } from './rectangle.ts';

const SIDE = 12;
const coordinate = fc.nat({ max: SIDE - 1 });
const rectangle = fc
  .tuple(coordinate, coordinate, coordinate, coordinate)
  .map(([x, y, w, h]) => ({ x, y, width: Math.min(w + 1, SIDE - x), height: Math.min(h + 1, SIDE - y) }));

it('without() leaves each pixel of the whole that is not of the hole, once', () => {
  fc.assert(
    fc.property(rectangle, rectangle, (whole, hole) => {
      const parts = without(whole, hole);
      for (const [x, y] of pixels()) {
        const expected = contains(whole, x, y) && !contains(hole, x, y) ? 1 : 0;
        expect(parts.filter((part) => contains(part, x, y))).toHaveLength(expected);
      }
    }),
  );
});

it('intersection() has the pixels of both', () => {
  fc.assert(
    fc.property(rectangle, rectangle, (a, b) => {
      const both = intersection(a, b);
      for (const [x, y] of pixels()) {
        expect(both !== undefined && contains(both, x, y)).toBe(contains(a, x, y) && contains(b, x, y));
      }
    }),
  );
});

it('union() is the least that holds both', () => {
  expect(union(undefined, { x: 1, y: 2, width: 3, height: 4 })).toEqual({ x: 1, y: 2, width: 3, height: 4 });
  expect(union({ x: 1, y: 2, width: 3, height: 4 }, { x: 10, y: 0, width: 1, height: 1 })).toEqual({
    x: 1,
    y: 0,
    width: 10,
    height: 6,
  });
});

function* pixels(): Generator<[number, number]> {
  for (let y = 0; y < SIDE; y++) for (let x = 0; x < SIDE; x++) yield [x, y];
}

function contains({ x, y, width, height }: Rectangle, px: number, py: number): boolean {
  return px >= x && px < x + width && py >= y && py < y + height;
}
