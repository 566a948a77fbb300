import { expect, test } from 'vitest';
import { cursorSize } from './cursor.ts';

test.each([
  ['a desktop that fills a window on a dense display: as sharp as the picture', 1 / 2, 2, 1 / 2],
  ['pixel by pixel on a plain display', 1, 1, 1],
  ['a large desktop made to fit: the cursor stays visible', 0.4, 1, 1],
  ['the same on a dense display: as the picture, while that is larger than its pixels', 0.7, 2, 0.7],
  ['a small desktop blown up: never larger than drawn', 3, 1, 1],
])('%s', (_, scale, devicePixelRatio, size) => {
  expect(cursorSize(scale, devicePixelRatio)).toBe(size);
});
