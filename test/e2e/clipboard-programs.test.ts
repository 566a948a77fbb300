import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encode } from 'fast-png';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { copyElsewhere, copyText, localText } from '../support/browser-copy.ts';
import { LARGE_TEXT, test } from '../support/clipboard-test.ts';
import { fromPng, locate } from '../support/image.ts';
import { Program } from '../support/program.ts';
import { until } from '../support/until.ts';

const WIDTH = 3840;
const HEIGHT = 2160;

/** Programs start and take megabytes slowly on a busy machine, ms. */
const PATIENCE = 90_000;

/**
 * A photograph's worth of pixels, RGBA: noise, which does not compress, above a plain green half. Runs in the page, too.
 */
function pictureOf(width: number, height: number): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray(width * height * 4);
  const pixels = new Uint32Array(rgba.buffer);
  // A linear congruential generator with the constants of Numerical Recipes.
  let state = 1;
  for (let i = 0; i < pixels.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    pixels[i] = 0xff000000 + (i < pixels.length / 2 ? state >>> 8 : 0x40c000);
  }
  return rgba;
}

function hash(bytes: Uint8Array | Uint8ClampedArray): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Without their transparency. */
function colorsOf(rgba: Uint8ClampedArray): Uint8Array {
  return Uint8Array.from({ length: (rgba.length / 4) * 3 }, (_, i) => rgba[Math.floor(i / 3) * 4 + (i % 3)]!);
}

/** Of the picture in the browser's clipboard, its colours' hash; undefined: there is none. */
async function localPicture(page: Page): Promise<string | undefined> {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  return await page.evaluate(async () => {
    const item = (await navigator.clipboard.read()).find(({ types }) => types.includes('image/png'));
    if (!item) return undefined;
    const bitmap = await createImageBitmap(await item.getType('image/png'));
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!;
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
    const digest = await crypto.subtle.digest('SHA-256', data);
    return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  });
}

/** Types into the editor and saves until both reach the file. */
async function untilEditorWrites(page: Page, file: string): Promise<void> {
  await page.mouse.click(200, 200);
  await until(
    'the editor to take keys',
    async () => {
      await page.keyboard.press('x');
      await page.keyboard.press('Control+s');
      return (await readFile(file, 'utf8')).includes('x');
    },
    PATIENCE,
  );
}

test('5 MB of text are pasted into a GTK editor', async ({ streamer, page }) => {
  const file = join(streamer.account.home, 'pasted.txt');
  await writeFile(file, '');
  await using _ = Program.start(streamer, 'mousepad', '--disable-server', file);
  await untilEditorWrites(page, file);
  await copyText(page, LARGE_TEXT);
  await page.mouse.click(200, 200);
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Control+v');
  await until(
    'the text to be in the editor',
    async () => {
      await page.keyboard.press('Control+s');
      return (await readFile(file, 'utf8')) === LARGE_TEXT;
    },
    PATIENCE,
  );
});

test('5 MB of text are copied in a GTK editor', async ({ streamer, page }) => {
  const file = join(streamer.account.home, 'copied.txt');
  await writeFile(file, LARGE_TEXT);
  await using _ = Program.start(streamer, 'mousepad', '--disable-server', file);
  await untilEditorWrites(page, file);
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Control+c');
  await until(
    'the text to be here',
    async () => (await localText(page)) === (await readFile(file, 'utf8')),
    PATIENCE,
  );
});

test('a 4K picture comes out of an image viewer', async ({ streamer, page, x }) => {
  const picture = pictureOf(WIDTH, HEIGHT);
  const file = join(streamer.account.home, 'picture.png');
  await writeFile(file, encode({ width: WIDTH, height: HEIGHT, data: picture, channels: 4, depth: 8 }));
  await using _ = Program.start(streamer, 'ristretto', file);
  await page.mouse.click(200, 200);
  await until(
    'the picture to be shown',
    async () => locate(await x.read(), [0x00, 0xc0, 0x40]) !== undefined,
    PATIENCE,
  );
  await page.keyboard.press('Control+c');
  await until('the picture to be here', async () => (await localPicture(page)) === hash(picture), PATIENCE);
});

test('a 4K picture that was copied here is pasted there', async ({ xclip, page }) => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await copyElsewhere(page, async (other) => {
    await other.goto(new URL('/healthz', page.url()).href);
    await other.addScriptTag({ content: `window.pictureOf = ${pictureOf}` });
    await other.evaluate(
      async ({ width, height }) => {
        const rgba = (window as unknown as { pictureOf: typeof pictureOf }).pictureOf(width, height);
        const canvas = new OffscreenCanvas(width, height);
        canvas.getContext('2d')!.putImageData(new ImageData(rgba, width, height), 0, 0);
        await navigator.clipboard.write([new ClipboardItem({ 'image/png': canvas.convertToBlob() })]);
      },
      { width: WIDTH, height: HEIGHT },
    );
  });
  await page.mouse.click(100, 100);
  await page.keyboard.press('Control+v');
  const pasted = await until(
    'the picture to be there',
    async () => {
      const png = await xclip.paste('-target', 'image/png');
      return png.byteLength > 0 && fromPng(png);
    },
    PATIENCE,
  );
  expect([pasted.width, pasted.height]).toEqual([WIDTH, HEIGHT]);
  expect(hash(pasted.rgb)).toBe(hash(colorsOf(pictureOf(WIDTH, HEIGHT))));
});
