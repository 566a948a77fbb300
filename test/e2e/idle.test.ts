import { expect } from 'vitest';
import { live, openViewer } from '../support/chromium.ts';
import { test } from '../support/desktop-test.ts';

test.override('streamerOptions', { flags: ['--idle-timeout', '8s'] });

test('a tab that nobody uses counts down, stays on a click, then ends, and is one click away', async ({
  streamer,
  chromium,
}) => {
  const page = await openViewer(chromium, streamer.url.href);
  const countdown = page.getByText(/It disconnects in \d+ s/);
  await countdown.waitFor();
  await page.getByRole('button', { name: 'Stay' }).click();
  await countdown.waitFor({ state: 'detached' });
  await page.getByRole('heading', { name: 'Paused' }).waitFor();
  expect(await page.getByRole('button', { name: 'Disconnect' }).count()).toBe(0);
  await page.getByRole('button', { name: 'Back to the desktop' }).click();
  await live(page);
});
