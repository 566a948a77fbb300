import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { changeWay } from '../support/change-way.ts';
import { test } from '../support/desktop-test.ts';
import { type Ear, heardInOnePiece, openWithEar, strength } from '../support/ear.ts';
import { Player } from '../support/player.ts';

test.override('streamerOptions', { flags: ['--transport', 'auto'] });

/** Counts the packets of sound that the page decodes by itself: those of a track are the browser's matter. */
async function countPackets(page: Page): Promise<void> {
  await page.addInitScript(() => {
    Object.assign(window, { packets: 0 });
    const { decode } = AudioDecoder.prototype;
    AudioDecoder.prototype.decode = function (this: AudioDecoder, chunk) {
      (window as unknown as { packets: number }).packets++;
      decode.call(this, chunk);
    };
  });
}

async function packetsDecoded(page: Page): Promise<number> {
  return await page.evaluate(() => (window as unknown as { packets: number }).packets);
}

/** As on a page that did not come over HTTPS, or in a browser that has none. */
async function hideDecoder(page: Page): Promise<void> {
  await page.addInitScript(() => Reflect.deleteProperty(window, 'AudioDecoder'));
}

/** Plays two tones, one to each side, and answers what was heard of them. */
async function tones(player: Player, ear: Ear): Promise<[Float32Array, Float32Array]> {
  return await heardInOnePiece(ear, 2, () => player.tone('2', 'sine', '440', 'sine', '880', 'gain', '-6'));
}

function expectBothSides([left, right]: [Float32Array, Float32Array]): void {
  expect(strength(left, 440)).toBeGreaterThan(10 * strength(left, 880));
  expect(strength(right, 880)).toBeGreaterThan(10 * strength(right, 440));
  expect(strength(left, 440)).toBeCloseTo(0.5, 1);
}

test('sound takes the way of the pictures: a track over WebRTC, packets over the WebSocket', async ({
  streamer,
  chromium,
}) => {
  const player = await Player.on(streamer);
  await using ear = await openWithEar(chromium, streamer.page({ transport: 'webrtc' }), countPackets);
  await player.heard();
  for (const way of ['webrtc', 'websocket', 'webrtc'] as const) {
    await changeWay(ear.page, way);
    const before = await packetsDecoded(ear.page);
    expectBothSides(await tones(player, ear));
    const decoded = (await packetsDecoded(ear.page)) - before;
    if (way === 'webrtc') expect(decoded).toBe(0);
    else expect(decoded).toBeGreaterThan(100);
  }
});

test('a page without a decoder hears the track', async ({ streamer, chromium }) => {
  const player = await Player.on(streamer);
  await using ear = await openWithEar(chromium, streamer.page({ transport: 'webrtc' }), hideDecoder);
  await player.heard();
  expectBothSides(await tones(player, ear));
});

test('without a decoder and without WebRTC the page says that there is no sound', async ({
  streamer,
  chromium,
}) => {
  await using ear = await openWithEar(chromium, streamer.page({ transport: 'websocket' }), hideDecoder);
  await ear.page.mouse.move(640, 2);
  await ear.page.getByRole('button', { name: /cannot play the desktop’s sound/ }).waitFor();
});
