/** UDP, which pictures take, is blocked from one moment to the next. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { test } from 'vitest';
import { launchChromiumIn, live } from '../support/chromium.ts';
import { hideControls, untilExact } from '../support/exact.ts';
import { Lab } from '../support/lab/lab.ts';
import { Streamer } from '../support/streamer.ts';
import { until } from '../support/until.ts';
import { logWays, wayLog } from '../support/way-log.ts';
import { XClient } from '../support/x-client.ts';

const VIEWPORT = { width: 1280, height: 720 };
const BACKGROUND = 0x204020;

/** What moves is as small as this, so that it is not made a video. */
const TEXT = { x: 200, y: 100, width: 300, height: 130 };
const LINE = 13;

/** Between two pictures, ms. */
const EVERY = 20;

test.each(['client', 'server'] as const)(
  'while no UDP gets to the %s, each picture comes, and once',
  async (to) => {
    await using lab = await Lab.create();
    await using streamer = await Streamer.start({ lab });
    await using stack = new AsyncDisposableStack();
    const browser = await launchChromiumIn(lab);
    stack.defer(() => browser.close());
    const page = await browser.newPage({ viewport: VIEWPORT });
    await logWays(page);
    await page.goto(streamer.page({ view: '1:1' }));
    await live(page);
    await hideControls(page);
    using x = await XClient.connect(streamer.address);
    await using moving = scroll(x);

    await untilWays(page, /webrtc$/);
    await lab.blockUdp(to);
    await untilWays(page, /webrtc both/);
    await moving[Symbol.asyncDispose]();
    await lab.blockUdp(to, false);
    await untilExact(page, x);
    await untilWays(page, /webrtc both webrtc$/);

    await using movingOn = scroll(x);
    await lab.blockUdp(to);
    await untilWays(page, /(webrtc both.*){2}/);
    await movingOn[Symbol.asyncDispose]();
    await untilExact(page, x);
  },
);

/** Waits until the ways that were taken, with spaces between them, look like this. */
async function untilWays(page: Page, wanted: RegExp): Promise<void> {
  await until(`ways like ${wanted}`, async () => {
    const log = await wayLog(page);
    const ways = log.flatMap((event) => (event.kind === 'way' ? event.way : []));
    if (!wanted.test(ways.join(' '))) throw new Error(ways.join(' '));
    return true;
  });
}

/** Some lines of text that scroll until it is disposed of: what is shifted twice, or not at all, stays wrong. */
function scroll(x: XClient): AsyncDisposable {
  const window = x.coverScreen(BACKGROUND);
  const { x: left, y: top, height } = TEXT;
  const kept = height - LINE;
  let over = false;
  const shown = (async () => {
    for (let line = 0; !over; line++) {
      x.copy(window, { x: left, y: top + LINE }, window, { ...TEXT, height: kept });
      x.fill(window, BACKGROUND, { ...TEXT, y: top + kept, height: LINE });
      x.text(window, 0xe0e0e0, left, top + height - 3, `${line} ${(line * 7919).toString(36).repeat(5)}`);
      await x.sync();
      await sleep(EVERY);
    }
  })();
  return {
    async [Symbol.asyncDispose]() {
      over = true;
      await shown;
    },
  };
}
