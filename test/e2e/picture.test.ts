import { setTimeout as sleep } from 'node:timers/promises';
import { BinaryType } from '@deskside/protocol';
import type { Browser, Page, WebSocket } from 'playwright-core';
import { expect } from 'vitest';
import { live, openViewer, screenshot } from '../support/chromium.ts';
import { test } from '../support/desktop-test.ts';
import { compare, pixel, resembles } from '../support/image.ts';
import { Streamer } from '../support/streamer.ts';
import { channels, drawTestCard } from '../support/test-card.ts';
import { until } from '../support/until.ts';
import { WireViewer } from '../support/wire.ts';
import { XClient } from '../support/x-client.ts';

/** A picture at which nobody sees a difference in still text, dB. */
const GOOD_PSNR = 35;

/** How far a large patch may be off: what 8-bit BT.601 and 4:2:0 round, not what a wrong matrix shifts. */
const CHANNEL_TOLERANCE = 6;

test('what is drawn is what is seen', async ({ streamer, chromium, x }) => {
  const patches = await drawTestCard(x);
  const page = await openViewer(chromium, streamer.page({ view: '1:1' }));
  await untilSame(page, x);

  const seen = await screenshot(page);
  for (const { x: left, y: top, width, height, color } of patches) {
    const middle = pixel(seen, left + width / 2, top + height / 2);
    for (const [i, channel] of middle.entries()) {
      expect(Math.abs(channel - color[i]!), `${middle} for ${color}`).toBeLessThanOrEqual(CHANNEL_TOLERANCE);
    }
  }
});

test('the picture is on its way before the page has its scripts', async ({ streamer, chromium, x }) => {
  await drawTestCard(x);
  const page = await (await chromium.newContext({ viewport: { width: 1280, height: 720 } })).newPage();
  const sockets: WebSocket[] = [];
  const sent: (string | Buffer)[] = [];
  const received: (string | Buffer)[] = [];
  page.on('websocket', (socket) => {
    sockets.push(socket);
    socket.on('framesent', ({ payload }) => sent.push(payload));
    socket.on('framereceived', ({ payload }) => received.push(payload));
  });
  const held = Promise.withResolvers<void>();
  await page.route('**/page.js', async (route) => {
    await held.promise;
    await route.continue();
  });
  await page.goto(streamer.page({ view: '1:1', transport: 'websocket' }), { waitUntil: 'commit' });
  const isPicture = (message: string | Buffer) => message[0] === BinaryType.PictureUpdate;
  await until('a picture that nobody shows yet', () => received.some(isPicture));
  held.resolve();
  await live(page);
  await untilSame(page, x);
  expect(sockets).toHaveLength(1);
  expect(sent.filter((message) => message.includes('"hello"'))).toHaveLength(1);
});

test('what changes later is seen as well', async ({ streamer, chromium, x }) => {
  const window = x.coverScreen(0x103050);
  const page = await openViewer(chromium, streamer.page({ view: '1:1' }));
  for (const color of [0xffc000, 0x00a0ff]) {
    x.fill(window, color, { x: 600, y: 300, width: 100, height: 100 });
    await untilColor(page, { x: 650, y: 350 }, color);
  }
});

test('two viewers at once see the same', async ({ streamer, chromium, x }) => {
  await drawTestCard(x, 0x600060);
  const first = await openViewer(chromium, streamer.page({ view: '1:1' }));
  const second = await openViewer(chromium, streamer.page({ view: '1:1' }));
  await untilSame(first, x);
  await untilSame(second, x);

  const window = x.openWindow({ x: 200, y: 200, width: 300, height: 200 }, 0x20ff20);
  await x.sync();
  expect(window).toBeGreaterThan(0);
  await untilSame(first, x);
  await untilSame(second, x);
});

test('a browser that decodes a colour for each pixel gets it where that is wished', async ({ chromium }) => {
  await using streamer = await Streamer.start({ flags: ['--chroma', '444'] });
  using x = await XClient.connect(streamer.address);
  await drawTestCard(x);
  const page = await openViewer(chromium, streamer.page({ view: '1:1' }));
  await untilSame(page, x);
  const desktop = page.locator('remote-desktop');
  const statistics = await desktop.evaluate((element) => (element as unknown as Measuring).statistics);
  expect(statistics).toMatchObject({ codec: expect.stringMatching(/^avc1\.F4/), encoder: 'x264enc-444' });
});

test('without exact pixels all is video', async ({ chromium }) => {
  await using streamer = await Streamer.start({ flags: ['--exact', 'off'] });
  using x = await XClient.connect(streamer.address);
  await drawTestCard(x);
  using viewer = await WireViewer.join(streamer);
  const page = await openViewer(chromium, streamer.page({ view: '1:1' }));
  await untilSame(page, x);
  x.fill(x.coverScreen(), 0xffffff, { x: 0, y: 0, width: 10, height: 10 });
  await untilColor(page, { x: 5, y: 5 }, 0xffffff);
  for (const { tiles, copies, video } of viewer.updates) {
    expect({ tiles, copies, video }).toMatchObject({ tiles: [], copies: [], video: {} });
  }
  expect(viewer.updates.length).toBeGreaterThan(1);
});

test('an idle screen sends no frames', async ({ streamer, x }) => {
  await drawTestCard(x);
  using viewer = await WireViewer.join(streamer);
  await until('a first picture', () => viewer.updates.length > 0);
  await until('the picture to rest', () => quiet(viewer));

  x.fill(x.coverScreen(), 0xffffff, { x: 0, y: 0, width: 10, height: 10 });
  const before = viewer.updates.length;
  await until('a picture of what moved', () => viewer.updates.length > before);
});

test('a page that rests is not drawn', async ({ streamer, chromium, x }) => {
  await drawTestCard(x);
  const page = await openViewer(chromium, streamer.page({ view: '1:1' }));
  await untilSame(page, x);
  await page.mouse.click(300, 300);
  await until('the page to rest', async () => (await timesDrawn(chromium)) === 0);
});

/** How often a browser draws one of its pages within four seconds: a caret would blink, figures would change. */
async function timesDrawn(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const names: string[] = [];
  session.on('Tracing.dataCollected', ({ value }) => {
    for (const { name } of value) names.push(String(name));
  });
  await session.send('Tracing.start', { traceConfig: { includedCategories: ['devtools.timeline'] } });
  await sleep(4000);
  const complete = new Promise<void>((resolve) => session.once('Tracing.tracingComplete', () => resolve()));
  await session.send('Tracing.end');
  await complete;
  await session.detach();
  return names.filter((name) => name === 'PrePaint').length;
}

/** Whether two seconds pass without an update; refinement of what rests ends well before that. */
async function quiet(viewer: WireViewer): Promise<boolean> {
  const before = viewer.updates.length;
  await sleep(2000);
  return viewer.updates.length === before;
}

async function untilSame(page: Page, x: XClient): Promise<void> {
  await until('the page to show what is on the screen', async () => {
    const { psnr } = compare(await screenshot(page), await x.read());
    if (psnr < GOOD_PSNR) throw new Error(`${psnr.toFixed(1)} dB`);
    return true;
  });
}

async function untilColor(page: Page, at: { x: number; y: number }, color: number): Promise<void> {
  await until(`the colour ${color.toString(16)}`, async () =>
    resembles(pixel(await screenshot(page), at.x, at.y), channels(color)),
  );
}

interface Measuring {
  statistics: object | undefined;
}
