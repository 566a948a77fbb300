import { afterAll, expect } from 'vitest';
import { blockedUdpPort } from '../support/blocked-port.ts';
import { live } from '../support/chromium.ts';
import { currentWay } from '../support/current-way.ts';
import { test } from '../support/desktop-test.ts';
import { film } from '../support/film.ts';
import { peerStatistics, watchPeers } from '../support/peer-statistics.ts';
import { nginx, socat, ssh, type Tunnel } from '../support/tunnels.ts';
import { until } from '../support/until.ts';

const udp = await blockedUdpPort();
afterAll(() => udp[Symbol.asyncDispose]());

test.override('streamerOptions', { flags: ['--transport', 'auto', '--udp-port', String(udp.port)] });

test.for([
  ['socat', socat],
  ['ssh -L', ssh],
] as const)('%s carries WebRTC at the port of the page', async ([, open], { streamer, chromium, x }) => {
  await using tunnel = await open(Number(streamer.url.port));
  const page = await (await chromium.newContext()).newPage();
  await watchPeers(page);
  await page.goto(through(tunnel, streamer.page({ transport: 'webrtc' })));
  await live(page);
  const next = film(x);
  await until('video over WebRTC', async () => {
    next();
    return (await peerStatistics(page))?.framesDecoded;
  });
  expect(await peerStatistics(page)).toMatchObject({ protocol: 'tcp', port: tunnel.port });
});

test('nginx below a prefix, without WebRTC: the picture stays on the WebSocket', async ({
  streamer,
  chromium,
  x,
}) => {
  await using tunnel = await nginx(Number(streamer.url.port));
  const page = await (await chromium.newContext()).newPage();
  const address = new URL(through(tunnel, streamer.page()));
  address.pathname = '/desk/';
  await page.goto(address.href);
  await live(page);
  x.coverScreen(0x40ff40);
  expect((await currentWay(page)).name).toBe('WebSocket');
});

test('below a prefix, where the slash at its end is missing', async ({ streamer, chromium }) => {
  await using tunnel = await nginx(Number(streamer.url.port));
  const page = await (await chromium.newContext()).newPage();
  const address = new URL(through(tunnel, streamer.page()));
  address.pathname = '/desk';
  await page.goto(address.href);
  await live(page);
  expect(new URL(page.url()).pathname).toBe('/desk/');
});

function through(tunnel: Tunnel, page: string): string {
  const address = new URL(page);
  address.port = String(tunnel.port);
  return address.href;
}
