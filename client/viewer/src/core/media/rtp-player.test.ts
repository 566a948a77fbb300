/** Video of a track in a real Chromium; what the browser tells of its frames is played. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { BrowserPage } from '../../testing/browser-page.ts';
import type * as rtpPlayerModule from './rtp-player.ts';

interface PageWindow extends Window {
  module: typeof rtpPlayerModule;
  player: rtpPlayerModule.RtpPlayer;
  /** Tells of a frame that went to the compositor so many ms ago. */
  tell(rtpTimestamp: number, ago: number): void;
  shown: { frame: number; time: number }[];
}

let browser: BrowserPage;

beforeAll(async () => {
  browser = await BrowserPage.open(new URL('./rtp-player.ts', import.meta.url));
}, 30_000);

afterAll(() => browser[Symbol.asyncDispose]());

beforeEach(async () => {
  await browser.page.evaluate(() => {
    const view = window as unknown as PageWindow;
    view.player?.[Symbol.dispose]();
    view.shown = [];
    HTMLVideoElement.prototype.requestVideoFrameCallback = (callback) => {
      view.tell = (rtpTimestamp, ago) => {
        const presentationTime = performance.now() - ago;
        callback(performance.now(), { rtpTimestamp, presentationTime } as VideoFrameCallbackMetadata);
      };
      return 0;
    };
    const [track] = document.createElement('canvas').captureStream().getVideoTracks();
    view.player = new view.module.RtpPlayer(track!, (frame, time) => void view.shown.push({ frame, time }));
  });
});

it('tells when an expected frame went to the compositor', async () => {
  const { times, shown } = await browser.page.evaluate(async () => {
    const view = window as unknown as PageWindow;
    view.player.expect(1, 100);
    const expected = performance.timeOrigin + performance.now();
    while (performance.timeOrigin + performance.now() < expected + 20);
    view.tell(100, 10);
    return { times: [expected, performance.timeOrigin + performance.now()], shown: view.shown };
  });
  expect(shown).toEqual([{ frame: 1, time: expect.any(Number) }]);
  expect(shown[0]!.time).toBeGreaterThan(times[0]!);
  expect(shown[0]!.time).toBeLessThanOrEqual(times[1]! - 9);
});

it('has shown no frame before the update that goes with it was here, however early its video was', async () => {
  const { since, shown } = await browser.page.evaluate(() => {
    const view = window as unknown as PageWindow;
    const since = performance.timeOrigin + performance.now();
    // Told late, by a busy page.
    view.player.expect(1, 100);
    view.tell(100, 50);
    // Told before.
    view.tell(200, 50);
    view.player.expect(2, 200);
    return { since, shown: view.shown };
  });
  expect(shown.map(({ frame }) => frame)).toEqual([1, 2]);
  for (const { time } of shown) expect(time).toBeGreaterThanOrEqual(since);
});
