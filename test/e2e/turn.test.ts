import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
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

test('the streamer reaches its relay over TLS', async () => {
  await using certificate = await selfSigned('198.18.1.1');
  await using lab = await RelayedLab.create([
    ...['--use-auth-secret', `--static-auth-secret=${SECRET}`],
    ...[`--cert=${certificate.cert}`, `--pkey=${certificate.key}`],
  ]);
  const env = { NODE_EXTRA_CA_CERTS: certificate.cert };
  // The browser, which knows no such certificate, takes the second address.
  const uris = ['--turn-uri', `${lab.turnsUri},${lab.turnUri}`];
  const seen = await videoOver(lab, [...uris, '--turn-secret', SECRET, '--relay-only', 'on'], env);
  expect(seen).toMatchObject({ candidateType: 'relay', remoteCandidateType: 'relay' });
  expect(seen.serverSockets).toMatch(/:5349\s/);
});

/** What the browser says of the way once video comes over it. */
async function videoOver(
  lab: RelayedLab,
  flags: string[],
  env: Record<string, string> = {},
): Promise<PeerStatistics & { serverSockets: string }> {
  await using streamer = await Streamer.start({ lab, flags, env });
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
      return seen?.framesDecoded ? { ...seen, serverSockets: await lab.server.run('ss', '-tn') } : undefined;
    });
  } finally {
    await browser.close();
  }
}

async function selfSigned(address: string): Promise<{ cert: string; key: string } & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'deskside-certificate-'));
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const subject = ['-subj', '/CN=relay', '-addext', `subjectAltName=IP:${address}`];
  const form = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  await promisify(execFile)('openssl', ['req', ...form, ...subject, '-keyout', key, '-out', cert]);
  return { cert, key, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}
