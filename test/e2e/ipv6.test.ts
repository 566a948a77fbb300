import { expect, test } from 'vitest';
import { launchChromiumIn, live } from '../support/chromium.ts';
import { film } from '../support/film.ts';
import { Namespace } from '../support/lab/namespace.ts';
import { peerStatistics, watchPeers } from '../support/peer-statistics.ts';
import { Streamer } from '../support/streamer.ts';
import { until } from '../support/until.ts';
import { XClient } from '../support/x-client.ts';

/** Unique local addresses (RFC 4193), and one of IPv4 (RFC 2544). */
const SERVER = 'fd00:de5c::1';
const CLIENT = 'fd00:de5c::2';
const SERVER_IPV4 = '198.18.0.1';
const CLIENT_IPV4 = '198.18.0.2';
const PORT = 6080;

test.each([
  ['by an address of IPv6', SERVER, `[${SERVER}]`],
  ['by one of IPv4, where it listens at every address of both,', '::', SERVER_IPV4],
])('a desktop that is reached %s is seen over UDP', async (_, listening, host) => {
  await using server = await Namespace.create();
  await using client = await Namespace.create();
  await connect(server, client, 'IPv4', ...(host === SERVER_IPV4 ? [] : (['IPv6'] as const)));
  await expectVideoOverUdp(server, client, listening, host);
});

test('a desktop that is reached at [::1] is seen over UDP', async () => {
  await using machine = await Namespace.create();
  await using elsewhere = await Namespace.create();
  await connect(elsewhere, machine, 'IPv4', 'IPv6');
  await expectVideoOverUdp(machine, machine, '::1', '[::1]');
});

async function expectVideoOverUdp(
  server: Namespace,
  client: Namespace,
  listening: string,
  host: string,
): Promise<void> {
  await using streamer = await Streamer.start({
    lab: { server, serverAddress: listening, serverPort: PORT },
  });
  using x = await XClient.connect(streamer.address);
  const origin = `http://${host}:${PORT}`;
  const browser = await launchChromiumIn({ client, origin });
  try {
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 720 } })).newPage();
    await watchPeers(page);
    const address = new URL(streamer.page({ transport: 'webrtc' }));
    address.host = new URL(origin).host;
    await page.goto(address.href);
    await live(page);
    const next = film(x);
    const seen = await until('video over WebRTC', async () => {
      next();
      const statistics = await peerStatistics(page);
      return statistics?.framesDecoded ? statistics : undefined;
    });
    expect(seen).toMatchObject({ protocol: 'udp', port: PORT });
  } finally {
    await browser.close();
  }
}

/**
 * A wire between the two. Browsers look for the address of their default routes, and find no network of IPv6 where there
 * is none of IPv4: the responder that hides their addresses (mDNS) does not start.
 */
async function connect(
  server: Namespace,
  client: Namespace,
  ...families: ('IPv4' | 'IPv6')[]
): Promise<void> {
  // There are no duplicates, and while they are looked for, an address is of no use.
  for (const end of [server, client]) await end.run('sysctl', '-qw', 'net.ipv6.conf.default.accept_dad=0');
  const peer = ['peer', 'name', 'wire', 'netns', String(client.pid)];
  await server.run('ip', 'link', 'add', 'wire', 'type', 'veth', ...peer);
  await server.run('ip', 'address', 'add', `${SERVER}/64`, 'dev', 'wire');
  await server.run('ip', 'address', 'add', `${SERVER_IPV4}/24`, 'dev', 'wire');
  await server.run('ip', 'link', 'set', 'wire', 'up');
  await client.run('ip', 'link', 'set', 'wire', 'up');
  for (const family of families) {
    const [address, gateway] =
      family === 'IPv6' ? [`${CLIENT}/64`, SERVER] : [`${CLIENT_IPV4}/24`, SERVER_IPV4];
    await client.run('ip', 'address', 'add', address, 'dev', 'wire');
    await client.run('ip', 'route', 'add', 'default', 'via', gateway, 'dev', 'wire');
  }
}
