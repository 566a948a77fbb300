/** Desktop and browser on one machine, where nothing gets lost on the way. */
import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import { changeWay } from '../support/change-way.ts';
import { live } from '../support/chromium.ts';
import { currentWay } from '../support/current-way.ts';
import { test } from '../support/desktop-test.ts';
import { watchPeers } from '../support/peer-statistics.ts';
import { until } from '../support/until.ts';

test('pictures stay on the WebSocket, and the page says why', async ({ streamer, chromium }) => {
  await using page = await openCompared(chromium, streamer.page());
  expect(await currentWay(page)).toMatchObject({
    transport: 'websocket',
    reason: 'nothing gets lost within one machine',
    tried: [
      { way: 'WebSocket', outcome: expect.stringMatching(/^answers after \d+ ms$/) },
      { way: 'WebRTC over UDP', outcome: expect.stringMatching(/^answers after \d+ ms$/) },
    ],
  });
});

test('whoever wants WebRTC gets it', async ({ streamer, chromium }) => {
  await using page = await openCompared(chromium, streamer.page());
  await changeWay(page, 'webrtc');
  expect(await currentWay(page)).toMatchObject({ name: 'WebRTC over UDP', reason: 'as asked for' });
});

/** A page that has found out that WebRTC is no quicker, and given it up. */
async function openCompared(chromium: Browser, url: string): Promise<Page> {
  const page = await chromium.newPage();
  await watchPeers(page);
  await page.goto(url);
  await live(page);
  await until('WebRTC to be given up', () =>
    page.evaluate(() => (window as unknown as Watched).peers.at(-1)?.connectionState === 'closed'),
  );
  return page;
}

interface Watched {
  peers: RTCPeerConnection[];
}
