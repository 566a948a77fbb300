import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import { live, openViewer, screenshot } from '../support/chromium.ts';
import { test } from '../support/desktop-test.ts';
import { pixel, resembles } from '../support/image.ts';
import { descendant } from '../support/process.ts';
import { Relay } from '../support/relay.ts';
import { Terminal } from '../support/terminal.ts';
import { channels } from '../support/test-card.ts';
import { until } from '../support/until.ts';
import { XClient } from '../support/x-client.ts';

const MEDIA = /deskside-media|media\/main\.ts/;
const X_SERVER = /^\S*Xvfb /;

test('the media process is killed: the page goes on with a fresh picture', async ({
  streamer,
  chromium,
  x,
}) => {
  const page = await openMarked(chromium, streamer.page({ view: '1:1' }));
  const media = await descendant(streamer.pid, MEDIA);
  process.kill(media.pid, 'SIGKILL');
  x.coverScreen(0x00c0ff);
  await untilColor(page, 0x00c0ff);
  expect((await descendant(streamer.pid, MEDIA)).pid).not.toBe(media.pid);
  await expectSamePage(page);
});

test('the X server is killed: pages and programs go on with the new one', async ({ streamer, chromium }) => {
  const page = await openMarked(chromium, streamer.page({ view: '1:1' }));
  const server = await descendant(streamer.pid, X_SERVER);
  process.kill(server.pid, 'SIGKILL');
  using x = await until('the new X server', () => XClient.connect(streamer.address));
  x.coverScreen(0xff8000);
  await untilColor(page, 0xff8000);

  await using terminal = await Terminal.open(streamer.address);
  await page.mouse.click(100, 100);
  await page.keyboard.type('still here');
  await terminal.untilTyped('still here');
  await expectSamePage(page);
});

test('a reload is live again without a new token', async ({ streamer, chromium, x }) => {
  x.coverScreen(0x8000ff);
  const page = await openViewer(chromium, streamer.page({ view: '1:1' }));
  expect(new URL(page.url()).searchParams.has('token')).toBe(false);
  await page.reload();
  await live(page);
  await untilColor(page, 0x8000ff);
});

test('a socket that drops is opened again', async ({ streamer, chromium, x }) => {
  await using relay = await Relay.to(Number(streamer.url.port));
  const page = await openMarked(chromium, relay.rewrite(streamer.page({ view: '1:1' })));
  await noteDisconnection(page);
  relay.cut();
  await until('the page to notice', () => page.evaluate(() => 'wasDisconnected' in window));
  await live(page);
  x.coverScreen(0x40ff40);
  await untilColor(page, 0x40ff40);
  await expectSamePage(page);
});

test('what is typed while a socket drops arrives, once and in order', async ({ streamer, chromium }) => {
  await using relay = await Relay.to(Number(streamer.url.port));
  const page = await openMarked(chromium, relay.rewrite(streamer.page({ transport: 'websocket' })));
  await using terminal = await Terminal.open(streamer.address);
  await page.mouse.click(100, 100);
  const pangram = 'sphinx of black quartz judge my vow ';
  for (let round = 0; round < 3; round++) {
    const typing = page.keyboard.type(pangram, { delay: 20 });
    const halfway = pangram.length * (round + 0.5);
    await until('half of it', async () => (await terminal.typed()).length >= halfway);
    relay.cut();
    await typing;
  }
  await terminal.untilTyped(pangram.repeat(3));
  await expectSamePage(page);
});

/** Opens a viewer and leaves a mark that a reload of the page would wipe out. */
async function openMarked(chromium: Browser, url: string): Promise<Page> {
  const page = await openViewer(chromium, url);
  await page.evaluate(() => Object.assign(window, { mark: true }));
  return page;
}

/** Sets `wasDisconnected` when the page loses its connection, however soon it is back. */
async function noteDisconnection(page: Page): Promise<void> {
  await page.locator('remote-desktop').evaluate((desktop) => {
    desktop.addEventListener('disconnected', () => Object.assign(window, { wasDisconnected: true }));
  });
}

async function expectSamePage(page: Page): Promise<void> {
  expect(await page.evaluate(() => 'mark' in window)).toBe(true);
}

async function untilColor(page: Page, color: number): Promise<void> {
  await until(`the colour ${color.toString(16)}`, async () =>
    resembles(pixel(await screenshot(page), 640, 360), channels(color)),
  );
}
