import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { launchChromium, openViewer } from '../support/chromium.ts';
import { test } from '../support/desktop-test.ts';
import { frequency, loudest } from '../support/ear.ts';
import { Player } from '../support/player.ts';
import { recordOn } from '../support/recording.ts';
import { Streamer } from '../support/streamer.ts';
import { until } from '../support/until.ts';

/**
 * What Chromium's fake microphone says, again and again: no machine that runs tests has a real one. A tone that went on for
 * ever would be suppressed as noise.
 */
const TONE = join(mkdtempSync(join(tmpdir(), 'deskside-tone-')), 'tone.wav');
execFileSync('sox', [
  '-n',
  '-r',
  '48000',
  '-c',
  '1',
  '-b',
  '16',
  TONE,
  ...['synth', '0.5', 'sine', '660', 'gain', '-6', 'pad', '0', '0.5', 'repeat', '9'],
]);

test.override('chromiumFlags', [
  '--use-fake-device-for-media-stream',
  `--use-file-for-fake-audio-capture=${TONE}`,
]);

const RATE = 48_000;

async function openWithPermission(browser: Parameters<typeof openViewer>[0], url: string): Promise<Page> {
  return await openViewer(browser, url, { permissions: ['microphone'] });
}

/** Presses a button of the toolbar, which comes when the pointer is at the top. */
async function press(page: Page, name: string): Promise<void> {
  await page.mouse.move(640, 2);
  await page.getByRole('toolbar').getByRole('button', { name, exact: true }).click();
}

test('what Chromium’s fake microphone says is recorded by parecord on the desktop, from turning it on to turning it off', async ({
  streamer,
  chromium,
}) => {
  const player = await Player.on(streamer);
  await using program = recordOn(player);
  const page = await openWithPermission(chromium, streamer.page());
  await until('a second of silence', () => program.heard().length > RATE);
  expect(loudest(program.heard())).toBe(0);
  await press(page, 'Turn the microphone on');
  await page.getByText('Microphone on', { exact: true }).waitFor();
  const tone = await until('the tone', () => loudPart(program.heard()));
  expect(frequency(tone)).toBeCloseTo(660, -1);
  await page.getByText('Microphone on', { exact: true }).click();
  await page.getByText('Microphone on', { exact: true }).waitFor({ state: 'detached' });
  const said = program.heard().length;
  await until('a second after it', () => program.heard().length > said + RATE);
  expect(loudest(program.heard().subarray(-RATE / 2))).toBe(0);
  await page.context().close();
});

/** The first 50 ms that are loud from end to end: a machine that is busy otherwise makes gaps of its own. */
function loudPart(sound: Float32Array): Float32Array | undefined {
  const length = RATE / 20;
  for (let from = 0; from + length <= sound.length; from += length / 2) {
    const part = sound.subarray(from, from + length);
    if (part.filter((sample) => Math.abs(sample) > 0.02).length > length * 0.8) return part;
  }
  return undefined;
}

test('with Chromium’s fake microphone, who turns it on last is heard, and the other is told', async ({
  streamer,
  chromium,
}) => {
  const [first, second] = [
    await openWithPermission(chromium, streamer.page()),
    await openWithPermission(chromium, streamer.page()),
  ];
  await press(first, 'Turn the microphone on');
  await first.getByText('Microphone on', { exact: true }).waitFor();
  await press(second, 'Turn the microphone on');
  await second.getByText('Microphone on', { exact: true }).waitFor();
  await first.getByText('Somebody else has turned their microphone on.').waitFor();
  await first.getByText('Microphone on', { exact: true }).waitFor({ state: 'detached' });
  await Promise.all([first, second].map((page) => page.context().close()));
});

test('a person who does not permit it is told what to do', async ({ streamer, chromium }) => {
  const page = await openViewer(chromium, streamer.page(), { permissions: [] });
  await press(page, 'Turn the microphone on');
  await page.getByText('The browser does not let this page use the microphone.').waitFor();
  await page.context().close();
});

test('a person without a microphone is told so', async ({ streamer }) => {
  const browser = await launchChromium();
  await using _closed = { [Symbol.asyncDispose]: () => browser.close() };
  const page = await openWithPermission(browser, streamer.page());
  await press(page, 'Turn the microphone on');
  await page.getByText('There is no microphone, or another program has it.').waitFor();
});

test('--microphone off: neither a button in the page nor a source on the desktop', async ({ chromium }) => {
  await using streamer = await Streamer.start({ flags: ['--microphone', 'off'] });
  const player = await Player.on(streamer);
  const page = await openWithPermission(chromium, streamer.page());
  await page.mouse.move(640, 2);
  await page.getByRole('toolbar').getByRole('button', { name: 'Disconnect' }).waitFor();
  expect(await page.getByRole('button', { name: 'Turn the microphone on' }).count()).toBe(0);
  expect(await player.sources()).not.toContain('microphone');
  await page.context().close();
});
