import { expect } from 'vitest';
import { openViewer } from '../support/chromium.ts';
import { test } from '../support/desktop-test.ts';
import {
  audible,
  type Ear,
  frequency,
  type Heard,
  heardInOnePiece,
  level,
  openWithEar,
  seconds,
  strength,
} from '../support/ear.ts';
import { Player } from '../support/player.ts';
import { Streamer } from '../support/streamer.ts';
import { until } from '../support/until.ts';

/** What a loud tone is above and silence below, dB. */
const LOUD = -40;

/** Waits until as much was heard as was played, and answers it. */
async function afterwards({ heard }: Ear, expected: number): Promise<Heard> {
  await until(`${expected} s of sound`, async () => seconds(audible((await heard())[0])) >= expected);
  return await heard();
}

test.for(['pulseaudio', 'pipewire'])(
  '%s: a tone is heard as it was played: pitch, level, sides, in one piece',
  async (server, { chromium }) => {
    await using streamer = await Streamer.start({ flags: ['--audio', server] });
    const player = await Player.on(streamer);
    await using ear = await openWithEar(chromium, streamer.page());
    await player.heard();
    const [left, right] = await heardInOnePiece(ear, 2, () =>
      player.tone('2', 'sine', '440', 'sine', '880', 'gain', '-6'),
    );
    expect(frequency(left)).toBeCloseTo(440, -1);
    expect(frequency(right)).toBeCloseTo(880, -1);
    // A sine at half of full scale: 6 dB for the gain, 3 for its shape.
    expect(Math.abs(level(left) + 9)).toBeLessThan(1);
  },
);

test('nothing is recorded for those who have muted it, and unmuting brings it back', async ({
  streamer,
  chromium,
}) => {
  const player = await Player.on(streamer);
  await using ear = await openWithEar(chromium, streamer.page());
  await player.heard();
  await ear.page.mouse.move(640, 2);
  await ear.page.getByRole('button', { name: 'Mute', exact: true }).click();
  await player.unheard();
  await ear.page.getByRole('button', { name: 'Unmute', exact: true }).click();
  await player.heard();
  await player.tone('1', 'sine', '440');
  const [left] = await afterwards(ear, 0.8);
  expect(level(audible(left))).toBeGreaterThan(LOUD);
});

test('the page rests in silence, and hears all of what is played then', async ({ streamer, chromium }) => {
  const player = await Player.on(streamer);
  await using ear = await openWithEar(chromium, streamer.page());
  await player.heard();
  await ear.rests();
  await heardInOnePiece(ear, 1, () => player.tone('1', 'sine', '440'));
});

/** Runs inside the page: what drives it here counts as a person's click. */
function beforeAnyClick(): void {
  Object.defineProperty(navigator, 'userActivation', { value: { hasBeenActive: false } });
}

test('the page asks for the click that browsers demand before sound', async ({ streamer, chromium }) => {
  const player = await Player.on(streamer);
  const page = await openViewer(chromium, streamer.page(), {}, beforeAnyClick);
  await page.mouse.move(640, 2);
  await page.getByText('Click for sound').waitFor();
  await player.unheard();
  await page.mouse.click(640, 400);
  await player.heard();
  await page.mouse.move(640, 2);
  await page.getByRole('button', { name: 'Mute', exact: true }).waitFor();
  await page.context().close();
});

test('a tone is as loud as the volume in the toolbar says', async ({ streamer, chromium }) => {
  const player = await Player.on(streamer);
  await using ear = await openWithEar(chromium, streamer.page());
  await player.heard();
  await ear.page.mouse.move(640, 2);
  await ear.page.getByRole('slider', { name: 'Volume' }).fill('0.5');
  await player.tone('1', 'sine', '440', 'gain', '-6');
  const [left] = await afterwards(ear, 0.8);
  expect(strength(audible(left), 440)).toBeCloseTo(0.25, 1);
});

test('speech is heard by everybody who watches', async ({ streamer, chromium }) => {
  const player = await Player.on(streamer);
  await using first = await openWithEar(chromium, streamer.page());
  await using second = await openWithEar(chromium, streamer.page());
  await player.heard();
  await player.say('The quick brown fox jumps over the lazy dog.');
  for (const ear of [first, second]) {
    const [left] = await afterwards(ear, 1.5);
    expect(level(audible(left))).toBeGreaterThan(LOUD);
  }
});
