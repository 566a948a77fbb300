import { MAX_RECTANGLES } from '@deskside/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CellRegion } from './region.ts';

describe('a region of cells', () => {
  test.each([
    ['a pixel', [{ x: 17, y: 33, width: 1, height: 1 }], [{ x: 16, y: 32, width: 16, height: 16 }]],
    [
      'neighbours as one',
      [
        { x: 0, y: 0, width: 16, height: 16 },
        { x: 16, y: 0, width: 1, height: 20 },
      ],
      [
        { x: 0, y: 0, width: 32, height: 16 },
        { x: 16, y: 16, width: 16, height: 16 },
      ],
    ],
    [
      'what is off the screen, cut',
      [{ x: -5, y: 90, width: 400, height: 50 }],
      [{ x: 0, y: 80, width: 100, height: 20 }],
    ],
    [
      'nothing',
      [
        { x: 5, y: 5, width: 0, height: 9 },
        { x: 200, y: 5, width: 9, height: 9 },
      ],
      [],
    ],
  ])('covers %s', (_, added, covered) => {
    const region = new CellRegion({ width: 100, height: 100 });
    for (const rectangle of added) region.add(rectangle);
    expect(region.rectangles()).toEqual(covered);
    expect(region.empty).toBe(covered.length === 0);
    region.clear();
    expect(region.rectangles()).toEqual([]);
  });

  test('covers every added pixel exactly once and no cell besides', () => {
    const size = { width: 150, height: 130 };
    const rectangle = fc.record({
      x: fc.integer({ min: -20, max: 160 }),
      y: fc.integer({ min: -20, max: 140 }),
      width: fc.integer({ min: 0, max: 60 }),
      height: fc.integer({ min: 0, max: 60 }),
    });
    fc.assert(
      fc.property(fc.array(rectangle, { maxLength: 12 }), (added) => {
        const region = new CellRegion(size);
        for (const one of added) region.add(one);
        const covered = new Uint8Array(size.width * size.height);
        for (const { x, y, width, height } of region.rectangles()) {
          for (let row = y; row < y + height; row++) {
            for (let column = x; column < x + width; column++) covered[row * size.width + column]! += 1;
          }
        }
        const touches = (cell: { x: number; y: number }) =>
          added.some(
            ({ x, y, width, height }) =>
              width > 0 &&
              height > 0 &&
              x < cell.x + 16 &&
              y < cell.y + 16 &&
              x + width > cell.x &&
              y + height > cell.y,
          );
        for (let y = 0; y < size.height; y++) {
          for (let x = 0; x < size.width; x++) {
            const expected = touches({ x: x & ~15, y: y & ~15 }) ? 1 : 0;
            if (covered[y * size.width + x] !== expected) throw new Error(`${x},${y}`);
          }
        }
      }),
    );
  });

  test('stays within the protocol however ragged it is', () => {
    const region = new CellRegion({ width: 3840, height: 2160 });
    for (let y = 0; y < 2160; y += 16) {
      for (let x = (y & 16) === 0 ? 0 : 16; x < 3840; x += 32) region.add({ x, y, width: 1, height: 1 });
    }
    const rectangles = region.rectangles();
    expect(rectangles.length).toBeLessThanOrEqual(MAX_RECTANGLES);
    expect(rectangles).toContainEqual({ x: 0, y: 0, width: 3824, height: 16 });
  });
});
