/** The pointer that a program shows, as the page has it. */
import { decode } from 'fast-png';
import type { Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import { openViewer } from '../support/chromium.ts';
import { test } from '../support/desktop-test.ts';
import { until } from '../support/until.ts';
import type { CursorPixels } from '../support/x-client.ts';

const SIDE = 16;

/** Red at the left; at the right blue through which one sees. */
const TWO_COLOURS: CursorPixels = cursorOf((x) => (x < SIDE / 2 ? [0, 0, 255, 255] : [128, 0, 0, 128]));

/** What games and films hide the pointer with. */
const INVISIBLE: CursorPixels = cursorOf(() => [0, 0, 0, 0]);

describe.for([
  { deviceScaleFactor: 1, spot: '4 6' },
  { deviceScaleFactor: 1.5, spot: '3 4' },
  { deviceScaleFactor: 2, spot: '2 3' },
])('at device pixel ratio $deviceScaleFactor', ({ deviceScaleFactor, spot }) => {
  test('it has its own shape, all of its pixels and its hot spot', async ({ streamer, chromium, x }) => {
    const page = await openViewer(chromium, streamer.page({ view: '1:1' }), { deviceScaleFactor });
    const window = x.coverScreen();
    await x.setCursor(window, TWO_COLOURS);
    await page.mouse.move(300, 300);
    await until('the shape', async () => {
      const css = await cursorOfPage(page);
      const [, url, density = 1, place] =
        /url\("(data:[^"]+)"\)(?: ([\d.]+)(?:x|dppx)\))? ([\d ]+)/.exec(css) ?? [];
      const { width, height, data } = decode(Buffer.from(url!.split(',')[1]!, 'base64'));
      expect([width, height, Number(density), place]).toEqual([SIDE, SIDE, deviceScaleFactor, spot]);
      expect([...data.slice(0, 4), ...data.slice(-4)]).toEqual([255, 0, 0, 255, 0, 0, 255, 128]);
      return true;
    });
    await page.context().close();
  });
});

test('it is hidden where a program hides it, and comes back', async ({ streamer, chromium, x }) => {
  const page = await openViewer(chromium, streamer.page({ view: '1:1' }));
  const window = x.coverScreen();
  await page.mouse.move(300, 300);
  await x.setCursor(window, INVISIBLE);
  await until('no cursor', async () => (await cursorOfPage(page)) === 'none');
  await x.setCursor(window, TWO_COLOURS);
  await until('a cursor', async () => (await cursorOfPage(page)).startsWith('url('));
  await page.context().close();
});

test('a game that hides it has it hidden while the pointer is locked, too', async ({
  streamer,
  chromium,
  x,
}) => {
  const page = await openViewer(chromium, streamer.page({ view: '1:1' }));
  const window = x.coverScreen();
  await x.setCursor(window, TWO_COLOURS);
  await page.mouse.move(300, 300);
  await page.keyboard.down('Control');
  await page.keyboard.down('Shift');
  await page.mouse.click(300, 300);
  await until('the lock', () => page.evaluate(() => document.pointerLockElement !== null));
  await page.keyboard.up('Shift');
  await page.keyboard.up('Control');
  await page.mouse.move(310, 300);
  const image = page.locator('remote-desktop .desktop img');
  await image.waitFor({ state: 'visible' });
  await x.setCursor(window, INVISIBLE);
  await image.waitFor({ state: 'hidden' });
  const before = await x.pointer();
  await page.mouse.move(330, 300);
  await until('the pointer to have moved', async () => (await x.pointer()).x === before.x + 20);
  expect(await image.isVisible()).toBe(false);
  await x.setCursor(window, TWO_COLOURS);
  await image.waitFor({ state: 'visible' });
  await page.context().close();
});

function cursorOf(color: (x: number) => number[]): CursorPixels {
  const pixels = Array.from({ length: SIDE * SIDE }, (_, index) => color(index % SIDE));
  return { width: SIDE, height: SIDE, hotX: 4, hotY: 6, bgra: Uint8Array.from(pixels.flat()) };
}

/** CSS `cursor` over the desktop. */
async function cursorOfPage(page: Page): Promise<string> {
  return await page
    .locator('remote-desktop .desktop')
    .evaluate((element) => getComputedStyle(element).cursor);
}
