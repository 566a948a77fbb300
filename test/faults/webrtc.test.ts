import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { PROTOCOL_VERSION, type ViewerMessage } from '@deskside/protocol';
import { expect } from 'vitest';
import { test } from '../support/desktop-test.ts';
import type { Streamer } from '../support/streamer.ts';
import { until } from '../support/until.ts';
import { openSocket, WireViewer } from '../support/wire.ts';
import type { XClient } from '../support/x-client.ts';

const DATAGRAMS = 20_000;
const CONNECTIONS = 400;

/** What a flood may leave behind, MB: heaps breathe. */
const MORE_MEMORY = 60;

test('rubbish on the UDP port is counted and does nothing', async ({ streamer, x }) => {
  using bystander = await WireViewer.join(streamer);
  const before = memoryOf(streamer);
  const socket = createSocket('udp4');
  for (let i = 0; i < DATAGRAMS; i++) {
    const datagram = Buffer.from(Array.from({ length: 1 + (i % 60) }, (_, at) => (i * 31 + at * 7) & 0xff));
    await new Promise((resolve) => socket.send(datagram, Number(streamer.url.port), '127.0.0.1', resolve));
  }
  socket.close();
  await until('some of it to be counted', async () => (await refused(streamer, 'stray')) > DATAGRAMS / 100);
  expect(memoryOf(streamer) - before).toBeLessThan(MORE_MEMORY);
  await expectPictures(bystander, x);
});

test('STUN that nobody asked for is counted and does nothing', async ({ streamer, x }) => {
  using bystander = await WireViewer.join(streamer);
  const socket = createSocket('udp4');
  let answers = 0;
  socket.on('message', () => answers++);
  const check = Buffer.from('0001000c2112a442000102030405060708090a0b0006000361623a00', 'hex');
  for (let i = 0; i < 100; i++) socket.send(check, Number(streamer.url.port), '127.0.0.1');
  await until('it to be counted', async () => (await refused(streamer, 'forged')) > 0);
  socket.close();
  expect(answers).toBe(0);
  await expectPictures(bystander, x);
});

test('a flood of half-open ICE connections takes no room from viewers', async ({ streamer, x }) => {
  using bystander = await WireViewer.join(streamer);
  const before = memoryOf(streamer);
  const sockets: Socket[] = [];
  for (let i = 0; i < CONNECTIONS; i++) {
    const socket = connect(Number(streamer.url.port), '127.0.0.1');
    socket.on('error', () => {});
    // The length of a STUN request that never comes.
    socket.write(Buffer.from([0, 100, 0]));
    sockets.push(socket);
  }
  await until('most of them to be ended', () => sockets.filter(({ destroyed }) => !destroyed).length < 100);
  using another = await WireViewer.join(streamer);
  await expectPictures(another, x);
  await expectPictures(bystander, x);
  expect(memoryOf(streamer) - before).toBeLessThan(MORE_MEMORY);
  for (const socket of sockets) socket.destroy();
});

test.for([
  ['an SDP of a megabyte', { type: 'webrtc-answer', attempt: 1, sdp: 'x'.repeat(1 << 20) }],
  ['an SDP above the limit', { type: 'webrtc-answer', attempt: 1, sdp: 'x'.repeat(40_000) }],
  ['a candidate that is a novel', { type: 'webrtc-candidate', attempt: 1, candidate: 'x'.repeat(2000) }],
] satisfies [string, ViewerMessage][])(
  '%s is refused, and the desktop goes on',
  async ([, message], { streamer, x }) => {
    using bystander = await WireViewer.join(streamer);
    const socket = await openSocket(streamer);
    socket.send(JSON.stringify({ type: 'hello', version: PROTOCOL_VERSION, codecs: ['avc1.42E02A'] }));
    socket.send(JSON.stringify(message));
    const [code] = await once(socket, 'close');
    expect([1009, 4400]).toContain(code);
    await expectPictures(bystander, x);
  },
);

/** The gateway's resident memory, MB. */
function memoryOf(streamer: Streamer): number {
  const status = readFileSync(`/proc/${streamer.pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)![1]) / 1000;
}

async function refused(streamer: Streamer, reason: string): Promise<number> {
  const response = await fetch(new URL('metrics', streamer.url), {
    headers: { Authorization: `Bearer ${streamer.token}` },
  });
  const line = (await response.text()).split('\n').find((row) => row.includes(`reason="${reason}"`));
  return Number(line?.split(' ').at(-1));
}

/** Whether what is drawn now reaches the viewer. */
async function expectPictures(viewer: WireViewer, x: XClient): Promise<void> {
  const before = viewer.updates.length;
  let step = 0;
  await until('a picture', () => {
    x.coverScreen(0x102030 + (step++ % 2) * 0x404040);
    return viewer.updates.length > before;
  });
}
