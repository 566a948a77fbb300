import { encodeAudioPacket, encodePointer } from '@deskside/protocol';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type GatewayOnFakes, startGatewayOnFakes, TOKEN } from '../../http/testing/gateway-on-fakes.ts';
import { FakeSound } from '../../session/testing/fake-sound.ts';
import { clip, ENCODERS } from './testing/clip.ts';

/** What the test page offers, in testing/page.js. */
declare const seen: {
  messages: { type: string; message?: string; transport?: string; both?: boolean }[];
  socketUpdates: number;
  channelUpdates: number;
  sounds: number[][];
  frames: number;
  ids: number[];
  errors: string[];
};
declare const connect: () => void;
declare const say: (message: object) => void;
declare const connection: {
  remoteDescription: { sdp: string };
  iceConnectionState: string;
  close(): void;
};
declare const packets: (kind: string) => Promise<number>;
declare const reports: (kind: string) => Promise<number>;
declare const pair: () => Promise<{ protocol: string; port: number } | undefined>;
declare const channels: Record<'reliable' | 'motion', { readyState: string; send(data: unknown): void }>;
declare const spoilAnswer: (spoil: (sdp: string) => string) => void;

const H264 = 'avc1.42E01F';

let browser: Browser;
let picture: Buffer[];
let desktop: GatewayOnFakes;
let page: Page;
let frames: NodeJS.Timeout;

beforeAll(async () => {
  picture = await clip(H264, 30);
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required'],
  });
}, 60_000);
afterAll(() => browser.close());

beforeEach(async () => {
  desktop = await startGatewayOnFakes({ webRtc: {} });
  let next = 0;
  frames = setInterval(() => {
    for (const stream of desktop.media.streams) stream.change(picture[next++ % picture.length]!);
  }, 20);
});
afterEach(async () => {
  clearInterval(frames);
  await page.context().close();
  await desktop[Symbol.asyncDispose]();
});

async function open(query = ''): Promise<void> {
  page = await (await browser.newContext()).newPage();
  await page.goto(`${desktop.gateway.url}?token=${TOKEN}${query}`);
  await page.waitForFunction(() => seen.socketUpdates > 3);
}

async function overWebRtc(): Promise<void> {
  await page.evaluate(() => connect());
  await page.waitForFunction(() => typeof channels === 'object' && channels.reliable.readyState === 'open');
  await page.evaluate(() => say({ type: 'use-transport', transport: 'webrtc' }));
  await page.waitForFunction(() => seen.frames > 10, undefined, { timeout: 20_000 });
}

const until = (condition: () => boolean) => vi.waitUntil(condition, { timeout: 10_000, interval: 5 });

describe.each(['udp', 'tcp'])('WebRTC over %s', (protocol) => {
  it('carries the pictures at the very same port', { timeout: 60_000 }, async () => {
    await open(`&only=${protocol}`);
    await overWebRtc();
    expect(await page.evaluate(() => pair())).toEqual({ protocol, port: desktop.gateway.port });
    expect(await page.evaluate(() => seen.errors)).toEqual([]);
  });

  it('takes over without losing an update, and gives back', { timeout: 60_000 }, async () => {
    await open(`&only=${protocol}`);
    await overWebRtc();
    await page.evaluate(() => say({ type: 'use-transport', transport: 'websocket' }));
    const before = await page.evaluate(() => seen.socketUpdates);
    await page.waitForFunction((before) => seen.socketUpdates > before + 5, before);
    await page.waitForFunction(
      () => seen.messages.at(-1)!.type === 'transport' && !seen.messages.at(-1)!.both,
    );
    const { ids, messages } = await page.evaluate(() => seen);
    // Two ways know no order between them, which is restored where updates are drawn.
    const inOrder = ids.toSorted((a, b) => a - b);
    expect(inOrder).toEqual(inOrder.map((_, index) => inOrder[0]! + index));
    const changes = messages.filter(({ type }) => type === 'transport');
    expect(changes.map(({ transport, both }) => (both ? 'both' : transport))).toEqual([
      'both',
      'webrtc',
      'both',
      'websocket',
    ]);
  });
});

it.each((Object.keys(ENCODERS) as (keyof typeof ENCODERS)[]).filter((codec) => codec !== H264))(
  'carries %s',
  { timeout: 60_000 },
  async (codec) => {
    picture = await clip(codec, 15);
    try {
      await open(`&codec=${codec}`);
      await overWebRtc();
      expect(await page.evaluate(() => seen.errors)).toEqual([]);
    } finally {
      picture = await clip(H264, 30);
    }
  },
);

it('carries sound as a track beside the video, with reports that put them side by side', {
  timeout: 60_000,
}, async () => {
  const sound = new FakeSound();
  await desktop[Symbol.asyncDispose]();
  desktop = await startGatewayOnFakes({ webRtc: {}, sound });
  await open('&sound=track');
  await overWebRtc();
  let sequence = 0;
  const music = setInterval(() => sound.play(packet(sequence++, 2)), 20);
  try {
    // `waitForFunction` takes the promise of such a function for its answer.
    const soon = { timeout: 15_000 };
    await expect.poll(() => page.evaluate(() => packets('audio')), soon).toBeGreaterThan(20);
    for (const kind of ['audio', 'video']) {
      await expect.poll(() => page.evaluate((of) => reports(of), kind), soon).toBeGreaterThan(0);
    }
  } finally {
    clearInterval(music);
  }
});

it('carries sound of any number of channels as it is to those who want no track', {
  timeout: 60_000,
}, async () => {
  const sound = new FakeSound();
  await desktop[Symbol.asyncDispose]();
  desktop = await startGatewayOnFakes({ webRtc: {}, sound });
  await open('&sound=packets');
  await overWebRtc();
  const packets = [packet(0, 2), packet(1, 8)];
  for (const each of packets) sound.play(each);
  await page.waitForFunction(() => seen.sounds.length === 2);
  expect(await page.evaluate(() => seen.sounds)).toEqual(packets.map((bytes) => [...bytes]));
});

/** 20 ms of Opus. */
function packet(sequence: number, channels: number): Uint8Array {
  const data = new Uint8Array(80).fill(0xf8, 0, 1);
  return encodeAudioPacket({ sequence, captureTime: Date.now(), marker: false, channels, data });
}

it('takes input over both data channels', { timeout: 60_000 }, async () => {
  await open();
  await overWebRtc();
  const pointer = [...encodePointer({ sequence: 1, x: 33, y: 44, buttons: 0 })];
  await page.evaluate((pointer) => {
    channels.reliable.send(JSON.stringify({ type: 'key', code: 'KeyZ', down: true }));
    channels.motion.send(new Uint8Array(pointer));
  }, pointer);
  await until(
    () => desktop.display.log.includes('KeyZ down') && desktop.display.log.includes('pointer 33,44'),
  );
});

it('goes on over another path after an ICE restart', { timeout: 60_000 }, async () => {
  await open();
  await overWebRtc();
  const fragment = () => page.evaluate(() => /a=ice-ufrag:(\S+)/.exec(connection.remoteDescription.sdp)![1]);
  const before = { fragment: await fragment(), frames: await page.evaluate(() => seen.frames) };
  const { port } = desktop.gateway;
  await page.evaluate((port) => {
    say({ type: 'webrtc-request', host: '127.0.0.1', port, restart: true });
  }, port);
  await vi.waitUntil(async () => (await fragment()) !== before.fragment, { timeout: 10_000 });
  await page.waitForFunction((frames) => seen.frames > frames + 50, before.frames);
  const messages = await page.evaluate(() => seen.messages);
  expect(messages.filter(({ type }) => type === 'webrtc-failed')).toEqual([]);
  expect(await page.evaluate(() => connection.iceConnectionState)).toMatch(/connected|completed/);
});

it('goes back to the WebSocket when its way is gone', { timeout: 60_000 }, async () => {
  await open();
  await overWebRtc();
  const before = await page.evaluate(() => seen.socketUpdates);
  await page.evaluate(() => connection.close());
  await page.waitForFunction((before) => seen.socketUpdates > before + 5, before, { timeout: 30_000 });
  const failed = await page.evaluate(() => seen.messages.find(({ type }) => type === 'webrtc-failed'));
  expect(failed?.message).toMatch(/ended/);
});

it('gives nothing to someone with another certificate', { timeout: 60_000 }, async () => {
  await open();
  await page.evaluate(() => {
    spoilAnswer((sdp) =>
      sdp.replace(/(fingerprint:sha-256 )(..)/g, (_, name, byte) => name + (byte === '00' ? '01' : '00')),
    );
    connect();
  });
  await page.waitForFunction(() => seen.messages.some(({ type }) => type === 'webrtc-failed'), undefined, {
    timeout: 30_000,
  });
  const failed = await page.evaluate(() => seen.messages.find(({ type }) => type === 'webrtc-failed'));
  expect(failed?.message).toMatch(/fingerprint/);
  expect(await page.evaluate(() => seen.frames)).toBe(0);
});
