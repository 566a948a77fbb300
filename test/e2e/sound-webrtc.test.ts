import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { changeWay } from '../support/change-way.ts';
import { test } from '../support/desktop-test.ts';
import { type Ear, type Heard, heardInOnePiece, hideDecoder, openWithEar, strength } from '../support/ear.ts';
import { Player } from '../support/player.ts';

test.override('streamerOptions', { flags: ['--transport', 'auto'] });

/** Counts what comes over WebRTC's channel for sound. */
async function countPackets(page: Page): Promise<void> {
  await page.addInitScript(() => {
    Object.assign(window, { packets: 0 });
    const { createDataChannel } = RTCPeerConnection.prototype;
    RTCPeerConnection.prototype.createDataChannel = function (this: RTCPeerConnection, label, options) {
      const channel = createDataChannel.call(this, label, options);
      const count = () => (window as unknown as { packets: number }).packets++;
      if (label === 'sound') channel.addEventListener('message', count);
      return channel;
    };
  });
}

async function packetsCounted(page: Page): Promise<number> {
  return await page.evaluate(() => (window as unknown as { packets: number }).packets);
}

/** Plays two tones, one to each side, and answers what was heard of them. */
async function tones(player: Player, ear: Ear): Promise<Heard> {
  return await heardInOnePiece(ear, 2, () => player.tone('2', 'sine', '440', 'sine', '880', 'gain', '-6'));
}

function expectBothSides([left, right]: Heard): void {
  expect(strength(left, 440)).toBeGreaterThan(10 * strength(left, 880));
  expect(strength(right, 880)).toBeGreaterThan(10 * strength(right, 440));
  expect(strength(left, 440)).toBeCloseTo(0.5, 1);
}

test('sound takes the way of the pictures', async ({ streamer, chromium }) => {
  const player = await Player.on(streamer);
  await using ear = await openWithEar(chromium, streamer.page({ transport: 'webrtc' }), countPackets);
  await player.heard();
  for (const way of ['webrtc', 'websocket'] as const) {
    await changeWay(ear.page, way);
    const before = await packetsCounted(ear.page);
    expectBothSides(await tones(player, ear));
    const counted = (await packetsCounted(ear.page)) - before;
    if (way === 'websocket') expect(counted).toBe(0);
    else expect(counted).toBeGreaterThan(100);
  }
});

/** What a change of the way may take from a tone, ms. */
const MOST_SILENCE = 100;

test('a change of the way is not heard as one', async ({ streamer, chromium }) => {
  const player = await Player.on(streamer);
  await using ear = await openWithEar(chromium, streamer.page({ transport: 'websocket' }));
  await player.heard();
  for (const way of ['webrtc', 'websocket'] as const) {
    const other = way === 'webrtc' ? 'websocket' : 'webrtc';
    const play = async (): Promise<void> => {
      await changeWay(ear.page, other);
      await Promise.all([player.tone('4', 'sine', '440'), changeWay(ear.page, way)]);
    };
    await heardInOnePiece(ear, 4, play, MOST_SILENCE);
  }
});

test('a page without a decoder hears a track, whatever way the pictures take', async ({
  streamer,
  chromium,
}) => {
  const player = await Player.on(streamer);
  await using ear = await openWithEar(chromium, streamer.page({ transport: 'webrtc' }), hideDecoder);
  await player.heard();
  for (const way of ['webrtc', 'websocket'] as const) {
    await changeWay(ear.page, way);
    expectBothSides(await tones(player, ear));
  }
});

test('without a decoder and without WebRTC the page says that there is no sound', async ({
  streamer,
  chromium,
}) => {
  await using ear = await openWithEar(chromium, streamer.page({ transport: 'websocket' }), hideDecoder);
  await ear.page.mouse.move(640, 2);
  await ear.page.getByRole('button', { name: /cannot play the desktop’s sound/ }).waitFor();
});
