import { expect } from 'vitest';
import { test } from '../support/desktop-test.ts';
import { audible, openWithEar, seconds } from '../support/ear.ts';
import { Player } from '../support/player.ts';
import { descendant } from '../support/process.ts';
import { until } from '../support/until.ts';

test('a sound server that is killed is said once, and sound comes back with it', async ({
  streamer,
  chromium,
}) => {
  const player = await Player.on(streamer);
  await using ear = await openWithEar(chromium, streamer.page());
  await player.heard();
  const notices = ear.page.locator('.notice', { hasText: /sound|heard/ });
  const server = await descendant(streamer.pid, /^pulseaudio /);
  process.kill(server.pid, 'SIGKILL');
  await notices.getByText('The sound server ended').waitFor();
  expect(await notices.count()).toBe(1);
  await notices.waitFor({ state: 'detached' });
  await player.heard();
  await player.tone('1', 'sine', '440');
  await until('the tone', async () => seconds(audible((await ear.heard())[0])) > 0.5);
});
