import { expect, test } from 'vitest';
import { minQuantizerFor } from './min-quantizer.ts';

test.each([
  [100, 25],
  [8000, 25],
  [16_000, 19],
  [32_000, 13],
  [200_000, 0],
])('with %i kbit/s at most no frame is finer than %i', (bitrate, quantizer) => {
  expect(minQuantizerFor(bitrate)).toBe(quantizer);
});
