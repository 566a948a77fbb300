import { expect } from 'vitest';
import { test as desktop } from '../support/desktop-test.ts';
import { launchFirefox, openViewer, screenshot } from '../support/firefox.ts';
import { compare, pixel } from '../support/image.ts';
import { Terminal } from '../support/terminal.ts';
import { drawTestCard } from '../support/test-card.ts';
import { until } from '../support/until.ts';

/** A picture at which nobody sees a difference in still text, dB. */
const GOOD_PSNR = 35;
const CHANNEL_TOLERANCE = 6;

const test = desktop.extend('page', async ({ streamer }, { onCleanup }) => {
  const browser = await launchFirefox();
  onCleanup(() => browser.close());
  return await openViewer(browser, streamer.page({ view: '1:1' }));
});

test('Firefox shows what is drawn', async ({ x, page }) => {
  const patches = await drawTestCard(x);
  const seen = await until('the page to show what is on the screen', async () => {
    const image = await screenshot(page);
    const { psnr } = compare(image, await x.read());
    if (psnr < GOOD_PSNR) throw new Error(`${psnr.toFixed(1)} dB`);
    return image;
  });
  for (const { x: left, y: top, width, height, color } of patches) {
    const middle = pixel(seen, left + width / 2, top + height / 2);
    for (const [i, channel] of middle.entries()) {
      expect(Math.abs(channel - color[i]!), `${middle} for ${color}`).toBeLessThanOrEqual(CHANNEL_TOLERANCE);
    }
  }
});

test('Firefox clicks on the pixel', async ({ x, page }) => {
  x.coverScreen();
  await x.sync();
  const landed = x.nextClick();
  await page.mouse.click(321, 123);
  expect(await landed).toEqual({ x: 321, y: 123, button: 1 });
});

test('Firefox types', async ({ streamer, page }) => {
  await using terminal = await Terminal.open(streamer.address);
  await page.mouse.click(100, 100);
  await page.keyboard.type('grüße, 5 €');
  await terminal.untilTyped('grüße, 5 €');
});
