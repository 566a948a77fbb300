import { describe, expect } from 'vitest';
import { COUNTRY_KEYBOARDS, textOf, typeEverything, typeLevel } from '../support/country-keyboards.ts';
import { presses, untilNothingIsDown, watchInput } from '../support/desktop-input.ts';
import { test as desktop } from '../support/desktop-test.ts';
import { launchFirefox, openViewer, screenshot } from '../support/firefox.ts';
import { compare, pixel } from '../support/image.ts';
import { untilLayout } from '../support/keyboard-layout.ts';
import { playKeys } from '../support/play-keys.ts';
import { Terminal } from '../support/terminal.ts';
import { drawTestCard } from '../support/test-card.ts';
import { until } from '../support/until.ts';
import { XClient } from '../support/x-client.ts';

/** A picture at which nobody sees a difference in still text, dB. */
const GOOD_PSNR = 35;
const CHANNEL_TOLERANCE = 6;

const test = desktop
  .override('streamerOptions', { resize: 'auto' })
  // biome-ignore lint/correctness/noEmptyPattern: the runner reads from the pattern what a fixture needs.
  .extend('firefox', { scope: 'file' }, async ({}, { onCleanup }) => {
    const browser = await launchFirefox();
    onCleanup(() => browser.close());
    return browser;
  })
  .extend('page', async ({ streamer, firefox }, { onCleanup }) => {
    const page = await openViewer(firefox, streamer.page({ view: '1:1' }));
    onCleanup(() => page.browserContext().close());
    return page;
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

test('Firefox types all of a keyboard of which it tells nothing: it shows in what is typed', async ({
  streamer,
  page,
}) => {
  const french = COUNTRY_KEYBOARDS.find(({ layout }) => layout === 'fr')!;
  await using terminal = await Terminal.open(streamer.address);
  await page.mouse.click(100, 100);
  const [first, all] = [typeLevel(french, 0), typeEverything(french)];
  await page.$eval('remote-desktop', playKeys, first);
  await untilLayout(streamer.address, 'fr');
  await page.$eval('remote-desktop', playKeys, all);
  await terminal.untilTyped(textOf(first) + textOf(all));
});

describe('an input method of Firefox', () => {
  for (const [language, ...steps] of [
    ['Japanese', 'に', 'にほ', 'にほん', '日本'],
    ['Chinese', 'n', 'ni', 'ni hao', '你好'],
    ['Korean', 'ㅎ', '하', '한'],
  ]) {
    test(`${language} arrives once, when it is settled`, async ({ streamer, page }) => {
      await using terminal = await Terminal.open(streamer.address);
      await page.mouse.click(100, 100);
      await page.$eval('remote-desktop', composeAsFirefox, steps);
      await page.keyboard.press('x');
      await terminal.untilTyped(`${steps.at(-1)}x`);
    });
  }
});

test('Firefox turns the wheel, by pixels and by lines, without a loss', async ({ x, page }) => {
  const seen = await watchInput(x);
  await page.mouse.click(300, 300);
  await page.mouse.wheel({ deltaY: 300 });
  await until('three notches', () => presses(seen).length === 4);
  // Three lines to a notch.
  await page.$eval('remote-desktop', (element) => {
    const target = element.shadowRoot!.querySelector('.desktop')!;
    const options = { deltaX: -0.03, deltaMode: WheelEvent.DOM_DELTA_LINE, bubbles: true, cancelable: true };
    for (let tick = 0; tick < 10_000; tick++) target.dispatchEvent(new WheelEvent('wheel', options));
  });
  await until('all notches', () => presses(seen).length === 104);
  expect(presses(seen)).toEqual([1, 5, 5, 5, ...Array(100).fill(6)]);
});

test('Firefox lets go of what is down when another tab comes to the front', async ({ x, page }) => {
  await page.mouse.click(100, 100);
  await page.keyboard.down('Shift');
  await page.keyboard.down('ArrowUp');
  await page.mouse.down();
  await until('two keys to be down', async () => (await x.heldKeys()).length === 2);
  const other = await page.browserContext().newPage();
  await other.bringToFront();
  await untilNothingIsDown(x);
});

test('the desktop has the last size that a window of Firefox had', async ({ streamer, page }) => {
  for (let step = 1; step <= 10; step++) {
    await page.setViewport({ width: 800 + 20 * step, height: 500 + 10 * step });
  }
  await until('a desktop of 1000x600', async () => {
    // A client learns the size of the screen once, when it connects.
    using x = await XClient.connect(streamer.address);
    return x.screen.pixel_width === 1000 && x.screen.pixel_height === 600;
  });
});

/**
 * Runs inside a page: an input method composes. Firefox tells of the text before the composition ends and once more
 * afterwards.
 */
function composeAsFirefox(desktop: Element, steps: readonly string[]): void {
  const field = desktop.shadowRoot!.querySelector('textarea')!;
  const before = field.value;
  const options = { bubbles: true, composed: true };
  const tell = (type: string, data: string) =>
    field.dispatchEvent(new CompositionEvent(type, { ...options, data }));
  tell('compositionstart', '');
  for (const step of steps) {
    field.dispatchEvent(new KeyboardEvent('keydown', { ...options, code: 'KeyA', key: 'Process' }));
    tell('compositionupdate', step);
    field.value = before + step;
    field.dispatchEvent(new InputEvent('input', options));
  }
  tell('compositionend', steps.at(-1)!);
  field.dispatchEvent(new InputEvent('input', options));
}
