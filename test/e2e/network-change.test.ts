import type { Browser, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { launchChromiumIn, live, screenshot } from '../support/chromium.ts';
import { pixel, resembles } from '../support/image.ts';
import { Namespace } from '../support/lab/namespace.ts';
import { peerStatistics, watchPeers } from '../support/peer-statistics.ts';
import { Streamer } from '../support/streamer.ts';
import { channels } from '../support/test-card.ts';
import { until } from '../support/until.ts';
import { XClient } from '../support/x-client.ts';

/** A desktop that is reached over either of two networks, as by Wi-Fi and by cable. */
const SERVER = '198.18.3.1';
const SERVER_PORT = 6080;
const NETWORKS = [
  { device: 'wlan', near: '198.18.1.1', far: '198.18.1.2' },
  { device: 'cable', near: '198.18.2.1', far: '198.18.2.2' },
] as const;

test('a laptop that moves to another network keeps its session', async () => {
  await using server = await Namespace.create();
  await using client = await Namespace.create();
  // An address of neither network, which is found by the way that there is.
  await server.run('ip', 'address', 'add', `${SERVER}/32`, 'dev', 'lo');
  for (const network of NETWORKS) await lay(server, client, network);
  const [wlan, cable] = NETWORKS;
  await plug(client, wlan);
  await using streamer = await Streamer.start({
    lab: { server, serverAddress: SERVER, serverPort: SERVER_PORT },
  });
  using x = await XClient.connect(streamer.address);
  const browser = await launchChromiumIn({ client, origin: `http://${SERVER}:${SERVER_PORT}` });
  try {
    const page = await open(browser, streamer.page({ view: '1:1' }));
    await overUdp(page, x);
    await unplug(client, wlan);
    await plug(client, cable);
    await overUdp(page, x, 60_000);
    await page.mouse.click(100, 100);
    const keys: number[] = [];
    x.on('key', (keycode) => keys.push(keycode));
    await page.keyboard.type('abc');
    await until('three keys', () => keys.length >= 3);
    expect(keys).toEqual([38, 56, 54]);
    expect(await page.evaluate(() => 'mark' in window)).toBe(true);
  } finally {
    await browser.close();
  }
});

async function lay(
  server: Namespace,
  client: Namespace,
  { device, near, far }: (typeof NETWORKS)[number],
): Promise<void> {
  const peer = ['peer', 'name', device, 'netns', String(client.pid)];
  await server.run('ip', 'link', 'add', device, 'type', 'veth', ...peer);
  await server.run('ip', 'address', 'add', `${near}/24`, 'dev', device);
  await server.run('ip', 'link', 'set', device, 'up');
  await client.run('ip', 'address', 'add', `${far}/24`, 'dev', device);
}

async function plug(client: Namespace, { device, near }: (typeof NETWORKS)[number]): Promise<void> {
  await client.run('ip', 'link', 'set', device, 'up');
  await client.run('ip', 'route', 'add', 'default', 'via', near);
}

async function unplug(client: Namespace, { device }: (typeof NETWORKS)[number]): Promise<void> {
  await client.run('ip', 'link', 'set', device, 'down');
}

async function open(browser: Browser, url: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 } });
  const page = await context.newPage();
  await watchPeers(page);
  await page.goto(url);
  await live(page);
  await page.evaluate(() => Object.assign(window, { mark: true }));
  return page;
}

/** Draws until what is drawn is seen, and its frames come over UDP. */
async function overUdp(page: Page, x: XClient, patience?: number): Promise<void> {
  let step = 0;
  const decodedBefore = (await peerStatistics(page))?.framesDecoded ?? 0;
  await until(
    'fresh pictures over UDP',
    async () => {
      const color = 0x204060 + (step++ % 2) * 0x804020;
      x.coverScreen(color);
      const seen = await peerStatistics(page);
      if (seen?.protocol !== 'udp' || seen.framesDecoded === decodedBefore) return false;
      return resembles(pixel(await screenshot(page), 640, 360), channels(color));
    },
    patience,
  );
}
