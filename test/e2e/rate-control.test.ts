import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { launchChromium, launchChromiumIn, openViewer, screenshot } from '../support/chromium.ts';
import { currentWay } from '../support/current-way.ts';
import { pixel, resembles } from '../support/image.ts';
import { Lab } from '../support/lab/lab.ts';
import type { Namespace } from '../support/lab/namespace.ts';
import { Streamer } from '../support/streamer.ts';
import { channels } from '../support/test-card.ts';
import { until } from '../support/until.ts';
import { XClient } from '../support/x-client.ts';

/** Kbit/s: a quarter of what a stream may have. */
const NARROW = 2000;

/** A bottleneck that lost nothing in this time is one that is kept to, ms: many times as long as its queue. */
const CALM_MS = 2000;

test.each(['websocket', 'webrtc'] as const)(
  'a stream by %s fits through a bottleneck and goes on',
  async (transport) => {
    await using lab = await Lab.create({ rate: NARROW });
    await using streamer = await Streamer.start({ lab, flags: ['--transport', transport] });
    const browser = await launchChromiumIn(lab);
    await using stack = new AsyncDisposableStack();
    stack.defer(() => browser.close());
    const page = await openViewer(browser, streamer.page({ view: '1:1' }));
    const takesIt = async () => (await currentWay(page)).transport === transport;
    await until('pictures to come that way', takesIt);
    using x = await XClient.connect(streamer.address);
    await using _film = showFilm(x);

    const before = lab.received;
    await until('the bottleneck to lose nothing more', async () => {
      const dropped = await lab.dropped();
      await sleep(CALM_MS);
      return (await lab.dropped()) === dropped;
    });
    expect(lab.received - before).toBeGreaterThan(CALM_MS * (NARROW / 8) * 0.2);

    x.coverScreen(0x40ff40);
    await until('the newest picture', async () =>
      resembles(pixel(await screenshot(page), 640, 360), channels(0x40ff40)),
    );
    expect((await currentWay(page)).transport).toBe(transport);
  },
);

test('where there are too few bits for large pictures, small ones are drawn as large', async () => {
  await using streamer = await Streamer.start({ flags: ['--bitrate', '300'] });
  const browser = await launchChromium();
  await using stack = new AsyncDisposableStack();
  stack.defer(() => browser.close());
  const page = await openViewer(browser, streamer.page({ view: '1:1' }));
  await until('small video that is shown as large as the screen', () =>
    page
      .locator('remote-desktop')
      .evaluate((desktop) =>
        Array.from(desktop.shadowRoot!.querySelectorAll('video')).some(
          ({ videoWidth, clientWidth }) => videoWidth === 640 && clientWidth === 1280,
        ),
      ),
  );
  using x = await XClient.connect(streamer.address);
  const window = x.coverScreen(0x000080);
  x.fill(window, 0xffc000, { x: 640, y: 360, width: 640, height: 360 });
  await until('the colours where they were drawn', async () => {
    const seen = await screenshot(page);
    const at = (x: number, y: number, color: number) => resembles(pixel(seen, x, y), channels(color));
    return at(1000, 600, 0xffc000) && at(600, 600, 0x000080) && at(1000, 300, 0x000080);
  });
});

test('a viewer behind a narrow line neither slows nor blurs one that is not', async () => {
  await using lab = await Lab.create({ rate: NARROW / 4 });
  await using streamer = await Streamer.start({ lab, flags: ['--transport', 'websocket'] });
  await using stack = new AsyncDisposableStack();
  const openAt = async (client: Namespace): Promise<Page> => {
    const browser = await launchChromiumIn({ client, origin: lab.origin });
    stack.defer(() => browser.close());
    return await openViewer(browser, streamer.page(), {}, logUpdates);
  };
  const slow = await openAt(lab.client);
  const fast = await openAt(lab.server);
  using x = await XClient.connect(streamer.address);
  await using _film = showFilm(x);

  await until(
    'larger pictures in a stream without a gap for who is fast',
    async () => {
      const [ofSlow, ofFast] = [
        (await updates(slow)).slice(-PICTURES),
        (await updates(fast)).slice(-PICTURES),
      ];
      return (
        ofSlow[0]?.stream !== ofFast[0]?.stream &&
        [ofSlow, ofFast].every((some) => some.length === PICTURES && isWithoutGap(some)) &&
        medianSize(ofFast) > 2 * medianSize(ofSlow)
      );
    },
    60_000,
  );
});

/** Enough to tell how large they are. */
const PICTURES = 30;

interface Update {
  stream: number;
  id: number;
  bytes: number;
}

/** Runs inside the page before its own scripts: writes down each update that comes over the WebSocket. */
function logUpdates(): void {
  const updates: Update[] = [];
  Object.assign(window, { updates });
  window.WebSocket = class extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      this.addEventListener('message', ({ data }: MessageEvent<string | ArrayBuffer>) => {
        if (typeof data === 'string') return;
        const bytes = new DataView(data);
        // client/protocol/README.md, 0x01.
        if (bytes.getUint8(0) !== 1) return;
        const [stream, id] = [bytes.getUint16(2, true), bytes.getUint32(4, true)];
        updates.push({ stream, id, bytes: data.byteLength });
      });
    }
  };
}

async function updates(page: Page): Promise<Update[]> {
  return await page.evaluate(() => (window as unknown as { updates: Update[] }).updates);
}

function isWithoutGap(updates: readonly Update[]): boolean {
  const [first] = updates;
  return updates.every(({ stream, id }, i) => stream === first!.stream && id === first!.id + i);
}

function medianSize(updates: readonly Update[]): number {
  return updates.map(({ bytes }) => bytes).toSorted((a, b) => a - b)[updates.length >> 1]!;
}

/** What no encoder can make small, until it is disposed of. */
function showFilm(x: XClient): AsyncDisposable {
  const window = x.coverScreen();
  const random = (below: number) => Math.floor(Math.random() * below);
  const timer = setInterval(() => {
    for (let i = 0; i < 40; i++) {
      x.fill(window, random(0x1000000), { x: random(1200), y: random(640), width: 80, height: 80 });
    }
  }, 16);
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await x.sync();
    },
  };
}
