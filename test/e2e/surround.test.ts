import { expect } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { test } from '../support/desktop-test.ts';
import { heardInOnePiece, openWithEar, strength } from '../support/ear.ts';
import { Player } from '../support/player.ts';
import { Streamer } from '../support/streamer.ts';

/** A tone for each loudspeaker, Hz, in the order of WAVE files; the one for low frequencies stays silent. */
const TONES = [440, 550, 660, 0, 770, 880, 990, 1100];

/** Which of them are heard left, right, or on both sides when two loudspeakers have to do. */
const LEFT = [440, 770, 990];
const RIGHT = [550, 880, 1100];
const CENTRE = 660;

test('7.1 is heard on two loudspeakers, each channel on its side', async () => {
  await using streamer = await Streamer.start({ flags: ['--audio-channels', '8'] });
  const browser = await launchChromium();
  await using _closed = { [Symbol.asyncDispose]: () => browser.close() };
  const player = await Player.on(streamer);
  await using ear = await openWithEar(browser, streamer.page());
  await player.heard();
  const [left, right] = await heardInOnePiece(ear, 1, () => player.channels(TONES));
  for (const hertz of TONES.filter((tone) => LEFT.includes(tone))) {
    expect(strength(left, hertz), `${hertz} Hz`).toBeGreaterThan(10 * strength(right, hertz));
  }
  for (const hertz of TONES.filter((tone) => RIGHT.includes(tone))) {
    expect(strength(right, hertz), `${hertz} Hz`).toBeGreaterThan(10 * strength(left, hertz));
  }
  expect(strength(left, CENTRE) / strength(right, CENTRE)).toBeCloseTo(1, 1);
  // The front is not mixed down, what else there is comes at half power: 0.71, and neither whole nor a quarter of it.
  const share = strength(left, CENTRE) / strength(left, 440);
  expect(share).toBeGreaterThan(0.6);
  expect(share).toBeLessThan(0.85);
});
