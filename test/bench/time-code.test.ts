import fc from 'fast-check';
import { expect, test } from 'vitest';
import { COUNTERS, readSquares, squares } from './time-code.ts';

const counter = fc.integer({ min: 0, max: COUNTERS - 1 });

test('a counter is read back', () => {
  fc.assert(
    fc.property(counter, (value) => {
      expect(readSquares(squares(value))).toBe(value);
    }),
  );
});

test('one square that is wrong is never read as another counter', () => {
  for (let value = 0; value < COUNTERS; value++) {
    const right = squares(value);
    for (const i of right.keys()) {
      const wrong = right.with(i, !right[i]);
      expect(readSquares(wrong)).toBeUndefined();
    }
  }
});

test('plain black and plain white are no code', () => {
  const length = squares(0).length;
  expect(readSquares(new Array(length).fill(false))).toBeUndefined();
  expect(readSquares(new Array(length).fill(true))).toBeUndefined();
});
