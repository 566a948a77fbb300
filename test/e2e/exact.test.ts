/** Whole pages, pixel by pixel: whatever moved, at rest the page shows exactly what is on the screen. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { describe } from 'vitest';
import { live } from '../support/chromium.ts';
import { test } from '../support/desktop-test.ts';
import { openBare, untilExact } from '../support/exact.ts';
import { type Motion, motions, WORST } from '../support/motions.ts';
import { Relay } from '../support/relay.ts';
import { drawTestCard } from '../support/test-card.ts';
import { until } from '../support/until.ts';
import { XClient } from '../support/x-client.ts';

test.override('streamerOptions', { resize: 'auto' });

const moving = motions['a video beside which somebody typed']!;

/** One page for all motions: each begins where the one before has left it. */
let page: Page | undefined;

describe('exact at rest after', () => {
  test.for(Object.entries(motions))('%s', async ([, motion], { streamer, chromium, x }) => {
    page ??= await openBare(chromium, streamer.page({ view: '1:1' }));
    await drawTestCard(x);
    await play(x, motion);
    await untilExact(page, x);
  });

  test('a second viewer came while something moved', async ({ streamer, chromium, x }) => {
    const address = streamer.page({ view: '1:1' });
    page ??= await openBare(chromium, address);
    const [second] = await Promise.all([openBare(chromium, address), play(x, moving)]);
    await untilExact(second, x);
    await untilExact(page, x);
    await second.context().close();
  });

  test('the connection dropped while something moved', async ({ streamer, chromium, x }) => {
    await using relay = await Relay.to(Number(streamer.url.port));
    const address = relay.rewrite(streamer.page({ view: '1:1', transport: 'websocket' }));
    const dropped = await openBare(chromium, address);
    await play(x, (...on) => {
      const draw = moving(...on);
      return (picture) => {
        if (picture === 20) relay.cut();
        draw(picture);
      };
    });
    await live(dropped);
    await untilExact(dropped, x);
    await dropped.context().close();
  });
});

test.for(WORST)('%s: no input is stalled', async (worst, { streamer, chromium, x }) => {
  page ??= await openBare(chromium, streamer.page({ view: '1:1' }));
  const shown = page;
  const show = motions[worst]!(x, x.coverScreen());
  let clicks = 0;
  x.on('click', () => clicks++);
  // It never rests before everything has arrived.
  for (let picture = 0; clicks < 20; picture++) {
    show(picture);
    await Promise.all([x.sync(), picture < 20 && shown.mouse.click(100 + picture, 100)]);
  }
});

// The last one: the others are drawn for the size before.
test('exact at rest after the screen got another size while something moved', async ({
  streamer,
  chromium,
  x,
}) => {
  const resized = await openBare(chromium, streamer.page());
  await Promise.all([resized.setViewportSize({ width: 1100, height: 640 }), play(x, moving)]);
  using after = await until('the new size', async () => {
    // A client learns the size of the screen once, when it connects.
    const client = await XClient.connect(streamer.address);
    if (client.screen.pixel_width === 1100) return client;
    client[Symbol.dispose]();
  });
  await untilExact(resized, after);
  await resized.context().close();
});

async function play(x: XClient, motion: Motion): Promise<void> {
  const draw = motion(x, x.coverScreen(0x204020));
  for (let picture = 1; picture <= 40; picture++) {
    draw(picture);
    await x.sync();
    await sleep(1000 / 60);
  }
}
