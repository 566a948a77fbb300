/** What is hardest to send, over a link that is too narrow for it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { launchChromiumIn, openViewer } from '../support/chromium.ts';
import { test } from '../support/desktop-test.ts';
import { Lab } from '../support/lab/lab.ts';
import { type Motion, motions, WORST } from '../support/motions.ts';
import { Streamer } from '../support/streamer.ts';
import { XClient } from '../support/x-client.ts';

/** kbit/s */
const NARROW = 2000;

/** Many times as long as the bottleneck's queue, ms. */
const LOOKED_AT_MS = 5000;

test.for(['websocket', 'webrtc'])(
  'what is hardest to send neither exceeds a narrow link nor stalls input: %s',
  { timeout: 300_000 },
  async (transport) => {
    await using lab = await Lab.create({ rate: NARROW });
    await using streamer = await Streamer.start({ lab, flags: ['--transport', transport] });
    const browser = await launchChromiumIn(lab);
    await using stack = new AsyncDisposableStack();
    stack.defer(() => browser.close());
    const page = await openViewer(browser, streamer.page({ view: '1:1' }));
    using x = await XClient.connect(streamer.address);
    for (const worst of WORST) {
      await using _moving = keepMoving(x, motions[worst]!);
      await sleep(LOOKED_AT_MS);
      expect(await lab.dropped(), worst).toBe(0);
      const click = x.nextClick();
      await page.mouse.click(300, 100);
      await click;
    }
  },
);

function keepMoving(x: XClient, motion: Motion): AsyncDisposable {
  const draw = motion(x, x.coverScreen(0x204020));
  const ended = new AbortController();
  const drawing = (async () => {
    for (let picture = 1; !ended.signal.aborted; picture++) {
      draw(picture);
      await x.sync();
      await sleep(1000 / 60);
    }
  })();
  return {
    async [Symbol.asyncDispose]() {
      ended.abort();
      await drawing;
    },
  };
}
