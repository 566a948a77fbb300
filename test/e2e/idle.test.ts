import { expect } from 'vitest';
import { live, openViewer } from '../support/chromium.ts';
import { test as desktop } from '../support/desktop-test.ts';
import { until } from '../support/until.ts';

const test = desktop.override('streamerOptions', { flags: ['--idle-timeout', '12s'] });

test('a tab that nobody uses counts down, ends, and is back with one click', async ({
  streamer,
  chromium,
  x,
}) => {
  const page = await openViewer(chromium, streamer.page());
  const countdown = page.getByText(/It disconnects in \d+ s/);
  const seconds = async () => Number(/(\d+) s/.exec((await countdown.textContent()) ?? '')?.[1]);
  await countdown.waitFor();
  // Who is there stays, with a click into the page or the desktop.
  await page.getByRole('button', { name: 'Stay' }).click();
  await countdown.waitFor({ state: 'detached' });

  await countdown.waitFor();
  const first = await seconds();
  await until('the countdown to go on', async () => (await seconds()) < first);
  await page.getByRole('heading', { name: 'Paused' }).waitFor();
  const metrics = async () =>
    await (await fetch(new URL('metrics', streamer.url), { headers: bearer(streamer.token) })).text();
  expect(await metrics()).toMatch(/^deskside_viewers\{[^}]*\} 0$|^deskside_viewers 0$/m);

  await page.getByRole('button', { name: 'Back to the desktop' }).click();
  await live(page);
  x.coverScreen();
  const click = x.nextClick();
  await page.mouse.click(300, 200);
  expect(await click).toMatchObject({ x: 300, y: 200 });
});

function bearer(token: string): Record<string, string> {
  return { Authorization: `Bearer ${token}` };
}
