import type { Page } from 'playwright-core';
import { test as base, expect } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { until } from '../support/until.ts';
import { collectSightings, installReader } from './reader.ts';
import { SQUARE, squares } from './time-code.ts';

const PROBE = { name: 'code', x: 40, y: 24 };

const test = base
  // biome-ignore lint/correctness/noEmptyPattern: the runner reads from the pattern what a fixture needs.
  .extend('page', async ({}, { onCleanup }) => {
    const browser = await launchChromium();
    onCleanup(() => browser.close());
    const page = await browser.newPage();
    await installReader(page, [PROBE]);
    await page.goto('data:text/html,<body style="margin: 0">');
    return page;
  });

test.for(['2d', 'bitmaprenderer'] as const)(
  'reads each code that a canvas with the context %s shows, once',
  async (context, { page }) => {
    const counters = [5, 6, 4000];
    for (const counter of counters) {
      await show(page, context, counter);
      await until(`${counter} to be seen`, async () => {
        const seen = await collectSightings(page);
        if (seen.length === 0) return false;
        expect(seen.map(({ probe, counter }) => ({ probe, counter }))).toEqual([{ probe: 'code', counter }]);
        return true;
      });
    }
  },
);

/** Shows a code on the page's one canvas. */
async function show(page: Page, context: '2d' | 'bitmaprenderer', counter: number): Promise<void> {
  const parameters = { context, white: squares(counter), side: SQUARE, at: PROBE };
  await page.evaluate(({ context, white, side, at }) => {
    const size = { width: 600, height: 100 };
    const picture = new OffscreenCanvas(size.width, size.height);
    const pen = picture.getContext('2d')!;
    pen.fillRect(0, 0, size.width, size.height);
    pen.fillStyle = 'white';
    white.forEach((isWhite, i) => {
      if (isWhite) pen.fillRect(at.x + i * side, at.y, side, side);
    });
    const canvas =
      document.querySelector('canvas') ??
      document.body.appendChild(Object.assign(document.createElement('canvas'), size));
    if (context === '2d') canvas.getContext('2d')!.drawImage(picture, 0, 0);
    else canvas.getContext('bitmaprenderer')!.transferFromImageBitmap(picture.transferToImageBitmap());
  }, parameters);
}
