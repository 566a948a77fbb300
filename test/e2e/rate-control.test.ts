import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { launchChromiumIn, openViewer, screenshot } from '../support/chromium.ts';
import { pixel, resembles } from '../support/image.ts';
import { Lab } from '../support/lab/lab.ts';
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
    const page = await openViewer(browser, streamer.page({ view: '1:1', transport }));
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
  },
);

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
