import { expect } from 'vitest';
import { changeWay } from '../support/change-way.ts';
import { test } from '../support/desktop-test.ts';
import {
  audible,
  type Ear,
  giveLoudspeakers,
  type Heard,
  hideDecoder,
  openWithEar,
  seconds,
  strength,
} from '../support/ear.ts';
import { Player } from '../support/player.ts';
import { Streamer } from '../support/streamer.ts';
import { until } from '../support/until.ts';

/** Opus codes channels in pairs: up to a tenth of a tone is heard in its neighbour as well. */
const CLEARLY = 5;

/** The loudspeakers of 7.1 in the order of WAVE files, and a tone for each, Hz; 5.1 has the first six. */
const LOUDSPEAKERS = {
  'front-left': 440,
  'front-right': 550,
  'front-center': 660,
  lfe: 50,
  'rear-left': 770,
  'rear-right': 880,
  'side-left': 990,
  'side-right': 1100,
};

/** Which of them are heard left or right when two loudspeakers have to do. */
const SIDES = { left: [440, 770, 990], right: [550, 880, 1100] };

/** Plays a tone on each channel, and answers what was heard of them. */
async function play(player: Player, tones: readonly number[], ear: Ear): Promise<Heard> {
  const before = await ear.heardSoFar();
  await player.channels(tones);
  return await until('the tones', async () => {
    const heard = (await ear.heard(before)).map(audible) as Heard;
    return seconds(heard[0]) > 0.8 && heard;
  });
}

test.for([6, 8])(
  '%i channels are heard each on its side of two loudspeakers, and each at its own of as many',
  async (channels, { chromium }) => {
    await using streamer = await Streamer.start({ flags: ['--audio-channels', String(channels)] });
    const player = await Player.on(streamer);
    const tones = Object.values(LOUDSPEAKERS).slice(0, channels);
    {
      await using ear = await openWithEar(chromium, streamer.page());
      await player.heard();
      expectSides(await play(player, tones, ear), tones);
    }
    await using ear = await openWithEar(chromium, streamer.page(), (page) =>
      giveLoudspeakers(page, channels),
    );
    await player.heard();
    expectOwn(await play(player, tones, ear), tones);
  },
);

test('a page without a decoder says that it cannot play more than two channels', async ({ chromium }) => {
  await using streamer = await Streamer.start({ flags: ['--audio-channels', '6'] });
  await using ear = await openWithEar(chromium, streamer.page({ transport: 'webrtc' }), hideDecoder);
  await changeWay(ear.page, 'webrtc');
  await ear.page.mouse.move(640, 2);
  await ear.page.getByRole('button', { name: /cannot play the desktop’s sound/ }).waitFor();
});

function expectSides([left, right]: Heard, tones: readonly number[]): void {
  for (const [side, other, of] of [
    [left, right, SIDES.left],
    [right, left, SIDES.right],
  ] as const) {
    for (const hertz of tones.filter((tone) => of.includes(tone))) {
      expect(strength(side, hertz), `${hertz} Hz`).toBeGreaterThan(CLEARLY * strength(other, hertz));
    }
  }
  const centre = LOUDSPEAKERS['front-center'];
  // Opus codes both together, with losses: alike to within a decibel, which nobody hears.
  const balance = strength(left, centre) / strength(right, centre);
  expect(balance).toBeGreaterThan(0.89);
  expect(balance).toBeLessThan(1.12);
  // The front is not mixed down, what else there is comes at half power: 0.71, and neither whole nor a quarter of it.
  const share = strength(left, centre) / strength(left, LOUDSPEAKERS['front-left']);
  expect(share).toBeGreaterThan(0.6);
  expect(share).toBeLessThan(0.85);
}

function expectOwn(heard: Heard, tones: readonly number[]): void {
  expect(heard).toHaveLength(tones.length);
  for (const [channel, own] of tones.entries()) {
    const strengths = tones.map((tone) => strength(heard[channel]!, tone));
    const others = strengths.toSpliced(channel, 1);
    expect(strengths[channel], `${own} Hz`).toBeGreaterThan(CLEARLY * Math.max(...others));
  }
}
