import type { BrowserContextOptions, Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import { openViewer, screenshot } from '../support/chromium.ts';
import { test } from '../support/desktop-test.ts';
import { locate } from '../support/image.ts';
import { channels } from '../support/test-card.ts';
import { until } from '../support/until.ts';

const MARK_SIZE = 16;

interface Situation {
  view: 'fit' | '1:1';
  context: BrowserContextOptions;
}

const situations: Situation[] = [
  { view: '1:1', context: { viewport: { width: 1280, height: 720 }, deviceScaleFactor: 1 } },
  { view: '1:1', context: { viewport: { width: 1000, height: 600 }, deviceScaleFactor: 1.5 } },
  { view: '1:1', context: { viewport: { width: 700, height: 400 }, deviceScaleFactor: 2 } },
  { view: 'fit', context: { viewport: { width: 1280, height: 720 }, deviceScaleFactor: 1 } },
  { view: 'fit', context: { viewport: { width: 1000, height: 700 }, deviceScaleFactor: 1 } },
  { view: 'fit', context: { viewport: { width: 900, height: 500 }, deviceScaleFactor: 1.5 } },
  { view: 'fit', context: { viewport: { width: 640, height: 480 }, deviceScaleFactor: 2 } },
];

describe.for(situations)('view $view, $context', ({ view, context }) => {
  test('a click lands on its pixel', async ({ streamer, chromium, x }) => {
    const window = x.coverScreen(0x102030);
    const page = await openViewer(chromium, streamer.page({ view }), context);
    // The middle, and places near the edges where an offset or a factor shows; in colours of their own, so that none
    // is taken for the one before.
    for (const [color, left, top] of [
      [0xff00ff, 632, 352],
      [0xffff00, 160, 96],
      [0x00ffff, 1104, 600],
    ] as const) {
      x.fill(window, color, { x: left, y: top, width: MARK_SIZE, height: MARK_SIZE });
      const seen = await mark(page, color, context.deviceScaleFactor!);
      const landed = x.nextClick();
      await page.mouse.click(seen.x, seen.y);
      const { x: clickedX, y: clickedY, button } = await landed;
      expect(button).toBe(1);
      expect(Math.abs(clickedX - (left + MARK_SIZE / 2))).toBeLessThanOrEqual(1);
      expect(Math.abs(clickedY - (top + MARK_SIZE / 2))).toBeLessThanOrEqual(1);
    }
    await page.context().close();
  });
});

test('each button arrives as itself', async ({ streamer, chromium, x }) => {
  x.coverScreen();
  await x.sync();
  const page = await openViewer(chromium, streamer.page());
  for (const [name, button] of [
    ['left', 1],
    ['middle', 2],
    ['right', 3],
  ] as const) {
    const landed = x.nextClick();
    await page.mouse.click(400, 300, { button: name });
    expect((await landed).button).toBe(button);
  }
});

/** Centre of the mark, CSS pixels of the page. */
async function mark(page: Page, color: number, scale: number): Promise<{ x: number; y: number }> {
  const { x, y } = await until('the mark', async () => locate(await screenshot(page), channels(color)));
  return { x: x / scale, y: y / scale };
}
