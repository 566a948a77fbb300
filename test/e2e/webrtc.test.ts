import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import { launchChromiumIn, live, screenshot } from '../support/chromium.ts';
import { test as base } from '../support/desktop-test.ts';
import { film } from '../support/film.ts';
import { pixel, resembles } from '../support/image.ts';
import { Lab } from '../support/lab/lab.ts';
import { peerStatistics, watchPeers } from '../support/peer-statistics.ts';
import { channels } from '../support/test-card.ts';
import { until } from '../support/until.ts';
import type { XClient } from '../support/x-client.ts';

/** Desktop and browser are two hosts: within one machine pictures keep to the WebSocket. */
const test = base
  // biome-ignore lint/correctness/noEmptyPattern: the runner reads from the pattern what a fixture needs.
  .extend('lab', { scope: 'file' }, async ({}, { onCleanup }) => {
    const lab = await Lab.create();
    onCleanup(() => lab[Symbol.asyncDispose]());
    return lab;
  })
  .override('streamerOptions', ({ lab }) => ({ lab }))
  .override('chromium', async ({ lab }, { onCleanup }) => {
    const browser = await launchChromiumIn(lab);
    onCleanup(() => browser.close());
    return browser;
  });

test('pictures move to UDP by themselves, and keys go on', async ({ streamer, chromium, x }) => {
  const page = await openWatched(chromium, streamer.page({ view: '1:1' }));
  await movingUntil(x, 'video over WebRTC', async () => (await peerStatistics(page))?.framesDecoded);
  const seen = await peerStatistics(page);
  expect(seen).toMatchObject({ protocol: 'udp', port: Number(streamer.url.port) });
  x.coverScreen(0x40ff40);
  await untilColor(page, 0x40ff40);
  const keys: number[] = [];
  x.on('key', (keycode) => keys.push(keycode));
  await page.mouse.click(100, 100);
  await page.keyboard.type('abc');
  await until('three keys', () => keys.length >= 3);
  expect(keys).toEqual([38, 56, 54]);
});

test('the toolbar tells the way, why and how soon pictures are seen, and a report tells what was tried', async ({
  streamer,
  chromium,
  x,
}) => {
  const page = await openWatched(chromium, streamer.page({ view: '1:1' }));
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const figures = page.getByTitle('Latency and frame rate');
  // A toolbar that is hidden tells nothing new.
  await page.mouse.move(640, 5);
  await movingUntil(x, 'the way, why and a latency', async () => {
    const [title, text] = [await figures.getAttribute('title'), await figures.textContent()];
    return title?.includes('WebRTC over UDP: UDP gets through') && /^\s*\d+ ms/.test(text ?? '');
  });
  await figures.click();
  await page.getByRole('button', { name: 'Copy as text' }).click();
  const report = await page.evaluate(() => navigator.clipboard.readText());
  expect(report).toContain('Way: WebRTC over UDP: UDP gets through');
  expect(report).toContain('Tried: WebSocket: connected');
  expect(report).toMatch(/Tried: WebRTC over UDP: answers after \d+ ms/);
  await page.context().close();
});

test('pictures move though the browser does not tell its route as soon as it has one', async ({
  streamer,
  chromium,
  x,
}) => {
  const page = await openWatched(chromium, streamer.page({ view: '1:1' }), tellLate);
  await movingUntil(x, 'video over WebRTC', async () => (await peerStatistics(page))?.framesDecoded);
  await page.context().close();
});

test('a desktop at rest sends nothing over UDP either', async ({ streamer, chromium, x }) => {
  const page = await openWatched(chromium, streamer.page({ view: '1:1' }));
  await movingUntil(x, 'video over WebRTC', async () => (await peerStatistics(page))?.framesDecoded);
  await until('the video to rest', async () => {
    const before = await peerStatistics(page);
    await sleep(LONGEST_SILENCE);
    return (await peerStatistics(page))?.packetsReceived === before?.packetsReceived;
  });
});

test('a page has loaded though WebRTC finds no way', async ({ streamer, chromium }) => {
  const page = await (await chromium.newContext()).newPage();
  await watchPeers(page);
  await page.addInitScript(findNoWay);
  const released = Promise.withResolvers<void>();
  await page.route('**/held', (route) => released.promise.then(() => route.abort()));
  await page.addInitScript(() => {
    new Image().src = 'held';
  });
  await page.goto(streamer.page(), { waitUntil: 'commit' });
  const tried = <T>(look: (peer: RTCPeerConnection) => T) =>
    page.evaluate<T>(`(${look})(peers.at(-1) ?? new RTCPeerConnection())`);
  await until('a track', () => tried((peer) => peer.getReceivers().length > 0));
  released.resolve();
  await page.waitForLoadState('load');
  expect(await tried((peer) => peer.connectionState), 'it is still being tried').not.toBe('closed');
  await page.context().close();
});

test('a page that wants the WebSocket keeps to it', async ({ streamer, chromium, x }) => {
  const page = await openWatched(chromium, streamer.page({ view: '1:1', transport: 'websocket' }));
  x.coverScreen(0xff8000);
  await untilColor(page, 0xff8000);
  expect(await peerStatistics(page)).toBeUndefined();
});

/** Runs inside the page before its own scripts: nothing is told of a connection for the second after it has a route. */
function tellLate(): void {
  const real = RTCPeerConnection.prototype.getStats;
  const routed = new WeakMap<RTCPeerConnection, number>();
  RTCPeerConnection.prototype.getStats = async function getStats() {
    const report = await real.call(this);
    if (![...report.values()].some(({ selectedCandidatePairId }) => selectedCandidatePairId)) return report;
    const since = routed.get(this) ?? performance.now();
    routed.set(this, since);
    return performance.now() - since < 1000 ? (new Map() as RTCStatsReport) : report;
  };
}

/** Runs inside the page before its own scripts: no connection learns an address to send to. */
function findNoWay(): void {
  const real: (description: RTCSessionDescriptionInit) => Promise<void> =
    RTCPeerConnection.prototype.setRemoteDescription;
  RTCPeerConnection.prototype.setRemoteDescription = function setRemoteDescription({ type, sdp = '' }) {
    return real.call(this, { type, sdp: sdp.replace(/^a=candidate.*\r\n/gm, '') });
  };
}

/** libwebrtc asks for a key frame when there was no frame for 3 s: whether it gets one shows after that, ms. */
const LONGEST_SILENCE = 3500;

async function openWatched(chromium: Browser, url: string, script = (): void => {}): Promise<Page> {
  const context = await chromium.newContext({ viewport: { width: 1280, height: 720 } });
  const page = await context.newPage();
  await watchPeers(page);
  await page.addInitScript(script);
  await page.goto(url);
  await live(page);
  return page;
}

/** Lets the picture change until the condition holds: a desktop at rest sends nothing. */
async function movingUntil(x: XClient, what: string, look: () => Promise<unknown>): Promise<void> {
  const next = film(x);
  await until(what, async () => {
    next();
    return await look();
  });
}

async function untilColor(page: Page, color: number): Promise<void> {
  await until(`the colour ${color.toString(16)}`, async () =>
    resembles(pixel(await screenshot(page), 640, 360), channels(color)),
  );
}
