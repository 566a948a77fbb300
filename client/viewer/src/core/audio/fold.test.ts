import { expect, it } from 'vitest';
import { foldSides } from './fold.ts';

it('puts each side into the rear of its own side, and leaves the rest alone', () => {
  const channels = [1, 2, 3, 4, 5, 6, 7, 8].map((sample) => Float32Array.of(sample));
  const folded = foldSides(channels).map(([sample]) => sample);
  expect(folded.slice(0, 4)).toEqual([1, 2, 3, 4]);
  expect(folded[4]).toBeCloseTo(12 * Math.SQRT1_2);
  expect(folded[5]).toBeCloseTo(14 * Math.SQRT1_2);
});
