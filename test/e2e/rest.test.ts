import type { Page } from 'playwright-core';
import { live } from '../support/chromium.ts';
import { test } from '../support/desktop-test.ts';
import { hideControls, untilExact } from '../support/exact.ts';
import { film } from '../support/film.ts';
import { until } from '../support/until.ts';
import { logWays, wayLog } from '../support/way-log.ts';

const ROUNDS = 3;

test('video sleeps while nothing of it is seen, and goes on with the first picture that comes', async ({
  streamer,
  chromium,
  x,
}) => {
  const page = await (await chromium.newContext({ viewport: { width: 1280, height: 720 } })).newPage();
  await logWays(page);
  await page.goto(streamer.page({ view: '1:1', transport: 'websocket' }));
  await live(page);
  await hideControls(page);
  const next = film(x);
  for (let round = 0; round < ROUNDS; round++) {
    await untilAsleep(page);
    const before = await frames(page);
    next();
    await until('the picture as video', async () => (await frames(page)) > before);
    await untilExact(page, x);
  }
});

/** What it plays is not even held. */
async function untilAsleep(page: Page): Promise<void> {
  const video = page.locator('remote-desktop video');
  await until('the video to sleep', () =>
    video.evaluate(({ srcObject, style }: HTMLVideoElement) => !srcObject && style.visibility === 'hidden'),
  );
}

async function frames(page: Page): Promise<number> {
  return (await wayLog(page)).filter(({ kind }) => kind === 'frame').length;
}
