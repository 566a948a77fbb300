import { setTimeout as sleep } from 'node:timers/promises';
import { rtpTimestamp } from '@deskside/protocol';
import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import { live } from '../support/chromium.ts';
import { test } from '../support/desktop-test.ts';
import { film } from '../support/film.ts';
import { peerStatistics, watchPeers } from '../support/peer-statistics.ts';
import { until } from '../support/until.ts';
import { askForWay, hideTrack, logWays, type WayEvent, wayLog } from '../support/way-log.ts';
import type { XClient } from '../support/x-client.ts';

test.override('streamerOptions', { flags: ['--transport', 'auto'] });

test('pictures come both ways until the new one has shown one, there and back', async ({
  streamer,
  chromium,
  x,
}) => {
  const page = await open(chromium, streamer.page({ view: '1:1', transport: 'websocket' }));
  await using _film = show(x);
  for (const way of ['webrtc', 'websocket', 'webrtc', 'websocket'] as const) {
    const before = (await wayLog(page)).length;
    await askForWay(page, way);
    const log = await until(`pictures by ${way} alone`, async () => {
      const log = (await wayLog(page)).slice(before);
      return log.some((event) => event.kind === 'way' && event.way === way) ? log : undefined;
    });
    const change = betweenWays(log, way);
    const ofWay = frames(change).filter(({ rtp }) => (rtp === undefined) === (way === 'websocket'));
    expect(ofWay).not.toEqual([]);
    if (way === 'webrtc') {
      // What was seen first over WebRTC had been sent over the WebSocket as well.
      const sent = change.flatMap((event) =>
        event.kind === 'update' ? rtpTimestamp(event.captureTime) : [],
      );
      expect(sent).toContain(ofWay[0]!.rtp);
    } else {
      // And the first that came over the WebSocket again, over WebRTC.
      const first = change.find((event) => event.kind === 'update')!;
      await until('the same over WebRTC', async () =>
        frames(await wayLog(page)).some(({ rtp = 0 }) => rtp >= rtpTimestamp(first.captureTime)),
      );
    }
    console.info(`to ${way}: at most ${Math.round(longestGap(log))} ms between two frames`);
  }
});

test('while nothing is seen over WebRTC, pictures go on over the WebSocket, and stay there', async ({
  streamer,
  chromium,
  x,
}) => {
  const page = await open(chromium, streamer.page({ view: '1:1', transport: 'websocket' }));
  await using _film = show(x);
  await hideTrack(page);
  const before = (await wayLog(page)).length;
  await askForWay(page, 'webrtc');
  const log = await until('the change to be given up', async () => {
    const log = (await wayLog(page)).slice(before);
    return log.some((event) => event.kind === 'way' && event.way === 'websocket') ? log : undefined;
  });
  const change = betweenWays(log, 'websocket');
  expect(frames(change).filter(({ rtp }) => rtp === undefined).length).toBeGreaterThan(3);
  expect(ways(log)).toEqual(['both', 'websocket']);
});

/** What is typed: enough different keys that one that is missing, or comes twice or too early, shows. */
const LETTERS = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ', (letter) => `Key${letter}`);
const KEYS = 10_000;

/** Typed at once, and what may be under way at most: the viewer keeps 4096 messages, two for a key. */
const BATCH = 250;
const MOST_UNDER_WAY = 1500;

test.for(['udp', 'tcp'] as const)(
  '10,000 keys arrive in order and once, whatever becomes of the ways: %s',
  async (protocol, { streamer, chromium, x }) => {
    const page = await open(chromium, streamer.page({ view: '1:1', transport: 'websocket' }), protocol);
    expect(await peerStatistics(page)).toMatchObject({ protocol });
    x.coverScreen(0x204060);
    await page.mouse.click(100, 100);
    const typed: number[] = [];
    x.on('key', (keycode) => typed.push(keycode));
    for (let sent = 0; sent < KEYS; sent += BATCH) {
      // Every other one of these changes begins while the one before it may not be over.
      if (sent % (2 * BATCH) === 0) await askForWay(page, sent % (4 * BATCH) === 0 ? 'webrtc' : 'websocket');
      if (sent === KEYS - 4 * BATCH) await breakWebRtc(page);
      await type(page, sent);
      await until('keys to arrive', () => typed.length > sent + BATCH - MOST_UNDER_WAY);
    }
    await until('the last key', () => typed.length >= KEYS);
    const alphabet = typed.slice(0, LETTERS.length);
    expect(new Set(alphabet).size).toBe(LETTERS.length);
    expect(typed.length).toBe(KEYS);
    expect(typed.every((keycode, i) => keycode === alphabet[i % LETTERS.length])).toBe(true);
    expect(ways(await wayLog(page))).toContain('webrtc');
  },
);

/** @param protocol of WebRTC */
async function open(browser: Browser, url: string, protocol: 'udp' | 'tcp' = 'udp'): Promise<Page> {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 720 } })).newPage();
  await logWays(page);
  await watchPeers(page);
  if (protocol === 'tcp') await hideUdp(page);
  await page.goto(url);
  await live(page);
  // A page that wants the WebSocket tries nothing else before it is asked to; then it has WebRTC at hand.
  await askForWay(page, 'webrtc');
  await until('WebRTC', async () => ways(await wayLog(page)).at(-1) === 'webrtc');
  await askForWay(page, 'websocket');
  await until('the WebSocket again', async () => ways(await wayLog(page)).at(-1) === 'websocket');
  return page;
}

/** Has the page know nothing of the streamer's UDP. */
async function hideUdp(page: Page): Promise<void> {
  await page.addInitScript(() => {
    window.RTCPeerConnection = class extends RTCPeerConnection {
      override setRemoteDescription({ type, sdp = '' }: RTCSessionDescriptionInit): Promise<void> {
        const rest = sdp.replaceAll(/^a=candidate:\S+ 1 udp .*\r\n/gm, '');
        return super.setRemoteDescription({ type, sdp: rest });
      }
    };
  });
}

/** A film until it is disposed of, no faster than the X server takes it. */
function show(x: XClient): AsyncDisposable {
  const next = film(x);
  let over = false;
  const shown = (async () => {
    while (!over) {
      next();
      await x.sync();
      await sleep(20);
    }
  })();
  return {
    async [Symbol.asyncDispose]() {
      over = true;
      await shown;
    },
  };
}

function ways(log: readonly WayEvent[]): string[] {
  return log.flatMap((event) => (event.kind === 'way' ? event.way : []));
}

function frames(log: readonly WayEvent[]): Extract<WayEvent, { kind: 'frame' }>[] {
  return log.filter((event) => event.kind === 'frame');
}

/** What happened from when both ways were taken until one was left. */
function betweenWays(log: readonly WayEvent[], way: string): WayEvent[] {
  const at = (wanted: string) => log.findIndex((event) => event.kind === 'way' && event.way === wanted);
  return log.slice(at('both'), at(way));
}

function longestGap(log: readonly WayEvent[]): number {
  const times = frames(log).map(({ time }) => time);
  return Math.max(0, ...times.slice(1).map((time, i) => time - times[i]!));
}

/** As fast as the page takes it, which no person and no driver of browsers can. */
async function type(page: Page, sent: number): Promise<void> {
  const codes = Array.from({ length: BATCH }, (_, i) => LETTERS[(sent + i) % LETTERS.length]!);
  await page.locator('remote-desktop').evaluate((desktop, codes) => {
    const target = desktop.shadowRoot!.querySelector('textarea')!;
    for (const code of codes) {
      for (const event of ['keydown', 'keyup']) {
        const key = code.at(-1)!.toLowerCase();
        target.dispatchEvent(new KeyboardEvent(event, { code, key, bubbles: true, cancelable: true }));
      }
    }
  }, codes);
}

/** What is under way over it is lost, and the page is not told. */
async function breakWebRtc(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const peer of (window as unknown as { peers: RTCPeerConnection[] }).peers) peer.close();
  });
}
