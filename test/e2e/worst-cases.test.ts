/** What is hardest to send, over a link that is too narrow for it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { launchChromiumIn, openViewer } from '../support/chromium.ts';
import { test } from '../support/desktop-test.ts';
import { Lab } from '../support/lab/lab.ts';
import { type Motion, motions, WORST } from '../support/motions.ts';
import { Streamer } from '../support/streamer.ts';
import { until } from '../support/until.ts';
import { XClient } from '../support/x-client.ts';

/** kbit/s */
const NARROW = 2000;

/** A bottleneck that lost nothing in this time is one that is kept to, ms: many times as long as its queue. */
const CALM_MS = 2000;

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
      await until(`the bottleneck to lose nothing more of ${worst}`, async () => {
        const dropped = await lab.dropped();
        await sleep(CALM_MS);
        return (await lab.dropped()) === dropped;
      });
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
