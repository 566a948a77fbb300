import { expect, test } from 'vitest';
import { launchChromiumIn, live } from '../support/chromium.ts';
import { RelayedLab } from '../support/lab/relayed-lab.ts';
import { type PeerStatistics, peerStatistics, watchPeers } from '../support/peer-statistics.ts';
import { Streamer } from '../support/streamer.ts';
import { until } from '../support/until.ts';
import { XClient } from '../support/x-client.ts';

const SECRET = 'between the two of us';

test('two hosts that cannot reach each other meet at a TURN server', async () => {
  await using lab = await RelayedLab.create(['--use-auth-secret', `--static-auth-secret=${SECRET}`]);
  const flags = ['--turn-uri', lab.turnUri, '--turn-secret', SECRET];
  const seen = await videoOver(lab, flags);
  expect([seen.candidateType, seen.remoteCandidateType]).toContain('relay');
});

test('relayed paths only, by user and password, over TCP', async () => {
  await using lab = await RelayedLab.create(['--lt-cred-mech', '--user=ada:lovelace']);
  const login = ['--turn-user', 'ada', '--turn-password', 'lovelace'];
  const flags = ['--turn-uri', `${lab.turnUri}?transport=tcp`, ...login, '--relay-only', 'on'];
  const seen = await videoOver(lab, flags);
  expect(seen).toMatchObject({ candidateType: 'relay', relayProtocol: 'tcp' });
});

/** What the browser says of the way once video comes over it. */
async function videoOver(lab: RelayedLab, flags: string[]): Promise<PeerStatistics> {
  await using streamer = await Streamer.start({ lab, flags });
  using x = await XClient.connect(streamer.address);
  const browser = await launchChromiumIn(lab);
  try {
    const page = await (await browser.newContext()).newPage();
    await watchPeers(page);
    const address = new URL(streamer.page({ transport: 'webrtc' }));
    address.host = new URL(lab.origin).host;
    await page.goto(address.href);
    await live(page);
    let step = 0;
    return await until('video over WebRTC', async () => {
      x.coverScreen(0x000040 + (step++ % 2) * 0x808000);
      const seen = await peerStatistics(page);
      return seen?.framesDecoded ? seen : undefined;
    });
  } finally {
    await browser.close();
  }
}
