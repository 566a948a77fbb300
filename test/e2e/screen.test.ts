import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { openViewer, screenshot } from '../support/chromium.ts';
import { test as desktop } from '../support/desktop-test.ts';
import { compare, crop, type Image } from '../support/image.ts';
import { channels, drawTestCard } from '../support/test-card.ts';
import { until } from '../support/until.ts';
import { XClient } from '../support/x-client.ts';

const test = desktop
  .override('streamerOptions', { resize: 'auto', flags: ['--max-size', '2560x1440'] })
  .extend('size', async ({ streamer }) => async (): Promise<string> => {
    // A client learns the size of the screen once, when it connects.
    using x = await XClient.connect(streamer.address);
    return `${x.screen.pixel_width}x${x.screen.pixel_height}`;
  });

const GREEN = 0x00ff00;

test.for([
  { deviceScaleFactor: 1, desktop: '1001x601' },
  { deviceScaleFactor: 1.5, desktop: '1501x901' },
  { deviceScaleFactor: 2, desktop: '2002x1202' },
])(
  'the desktop fills the window, pixel by pixel, at $deviceScaleFactor',
  async (situation, { streamer, chromium, size }) => {
    const { deviceScaleFactor, desktop } = situation;
    const page = await openViewer(chromium, streamer.page(), {
      viewport: { width: 1001, height: 601 },
      deviceScaleFactor,
    });
    await until(`a desktop of ${desktop}`, async () => (await size()) === desktop);
    using x = await XClient.connect(streamer.address);
    await drawTestCard(x);
    await until('the page to show the very pixels', async () => {
      const [seen, drawn] = [await screenshot(page), await x.read()];
      const { width, height } = drawn;
      return (
        Math.abs(seen.width - width) <= 1 &&
        Math.abs(seen.height - height) <= 1 &&
        same(seen, drawn, deviceScaleFactor)
      );
    });
    await page.context().close();
  },
);

test('it has the last size of a storm, to every edge, and all that is clicked and typed meanwhile arrives', async ({
  streamer,
  chromium,
  size,
}) => {
  const page = await openViewer(chromium, streamer.page());
  await until('the size of the window', async () => (await size()) === '1280x720');
  using x = await XClient.connect(streamer.address);
  // A program that draws wherever the screen grows.
  x.openWindow({ x: 0, y: 0, width: 2560, height: 1440 }, GREEN);
  await x.sync();
  let [clicks, keys] = [0, 0];
  x.on('click', () => clicks++);
  x.on('key', () => keys++);
  for (let i = 0; i < 20; i++) {
    await page.setViewportSize({ width: 700 + i * 20, height: 500 + i * 10 });
    await page.mouse.click(300, 300);
    await page.keyboard.press('a');
  }
  await until('the last size', async () => (await size()) === '1080x690');
  await until('all clicks and keys', () => clicks === 20 && keys >= 20);
  await until('green to every edge', async () => {
    const seen = await screenshot(page);
    const below = crop(seen, 0, HANDLE, seen.width, seen.height - HANDLE);
    const drawn = { ...below, rgb: below.rgb.map((_, index) => channels(GREEN)[index % 3]!) };
    const { pixels } = compare(below, drawn);
    if (pixels > 0) throw new Error(`${pixels} pixels are not`);
    return true;
  });
  await page.context().close();
});

test('a window larger than --max-size is still filled', async ({ streamer, chromium, size }) => {
  const page = await openViewer(chromium, streamer.page(), {
    viewport: { width: 1600, height: 900 },
    deviceScaleFactor: 2,
  });
  await until('the largest size', async () => (await size()) === '2560x1440');
  expect(await stageOf(page)).toEqual({ left: 0, top: 0, width: 1600, height: 900 });
  await page.context().close();
});

test('a fixed desktop keeps its size until it is to follow', async ({ streamer, chromium, size }) => {
  const before = await size();
  const viewport = { width: 820, height: 610 };
  const page = await openViewer(chromium, streamer.page({ resize: 'off' }), { viewport });
  await page.mouse.move(400, 2);
  const sizes = page.getByRole('combobox', { name: 'Size of the desktop' });
  expect(await sizes.inputValue()).toBe('off');
  expect(await size()).toBe(before);
  await sizes.selectOption('auto');
  await until('the size of the window', async () => (await size()) === '820x610');
  await sizes.selectOption('1600x900');
  await until('the fixed size', async () => (await size()) === '1600x900');
  await until('the page to make it fit', async () => (await stageOf(page)).height === 461.25);
  expect(await stageOf(page)).toEqual({ left: 0, top: 74, width: 820, height: 461.25 });
  await page.context().close();
});

test('of two windows the newer one rules, and the other scales', async ({ streamer, chromium, size }) => {
  const first = await openViewer(chromium, streamer.page(), { viewport: { width: 1000, height: 800 } });
  await until('the size of the first', async () => (await size()) === '1000x800');
  const second = await openViewer(chromium, streamer.page(), { viewport: { width: 800, height: 400 } });
  await until('the size of the second', async () => (await size()) === '800x400');
  await until('the first to scale', async () => (await stageOf(first)).height === 500);
  expect(await stageOf(first)).toEqual({ left: 0, top: 150, width: 1000, height: 500 });
  await second.context().close();
  await until('the size of the first again', async () => (await size()) === '1000x800');
  await first.context().close();
});

/** Where the page shows the whole screen, CSS pixels. */
async function stageOf(page: Page): Promise<{ left: number; top: number; width: number; height: number }> {
  return await page.locator('remote-desktop').evaluate((element) => {
    const stage = element.shadowRoot!.querySelector('.desktop > div')!;
    const { left, top, width, height } = stage.getBoundingClientRect();
    return { left, top, width, height };
  });
}

/** How far the handle of the toolbar reaches into the picture, CSS pixels. */
const HANDLE = 16;

/** Whether the pictures agree below the handle, but for the edge that is cut where a window ends within a pixel. */
function same(seen: Image, drawn: Image, deviceScaleFactor: number): boolean {
  const top = HANDLE * deviceScaleFactor;
  const [width, height] = [Math.min(seen.width, drawn.width), Math.min(seen.height, drawn.height) - top];
  return compare(crop(seen, 0, top, width, height), crop(drawn, 0, top, width, height)).pixels === 0;
}
