import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import { live, openViewer } from '../support/chromium.ts';
import { test } from '../support/desktop-test.ts';
import type { Streamer } from '../support/streamer.ts';
import { until } from '../support/until.ts';

/** Opens a link that the command line makes. */
async function openLink(
  streamer: Streamer,
  chromium: Browser,
  ...options: string[]
): Promise<{ id: string; page: Page }> {
  const { stdout } = await streamer.account.deskside(['share', '--json', ...options]);
  const { id, url } = JSON.parse(stdout);
  return { id, page: await openViewer(chromium, url) };
}

async function openPeople(page: Page) {
  await page.mouse.move(640, 5);
  await page.getByRole('button', { name: 'People' }).click();
  return page.getByRole('dialog', { name: 'People' });
}

test('an owner sees a guest, hands over the keyboard and ends the visit', async ({
  streamer,
  chromium,
  x,
}) => {
  const owner = await openViewer(chromium, streamer.url.href);
  const { page: guest } = await openLink(streamer, chromium, '--for', 'Ada');
  const people = await openPeople(owner);
  const ada = people.getByRole('listitem').filter({ hasText: 'Ada' }).first();
  await ada.getByText('Watches').waitFor();

  await ada.getByRole('button', { name: 'Hand over the keyboard' }).click();
  await ada.getByText('Has the keyboard').waitFor();
  x.coverScreen(0x203040);
  await x.sync();
  const click = x.nextClick();
  await guest.mouse.click(400, 400);
  await click;
  await ada.getByText('last used it').waitFor();
  await guest.reload();
  await live(guest);
  await ada.getByText('Has the keyboard').waitFor();
  await guest.mouse.move(640, 5);
  await guest.getByRole('button', { name: 'Files' }).click();
  await guest.getByText('~/Downloads').first().waitFor();
  await guest.keyboard.press('Escape');

  await ada.getByRole('button', { name: 'Take the keyboard back' }).click();
  await guest.getByText('Watching').waitFor({ state: 'attached' });

  await ada.getByRole('button', { name: 'End the visit' }).click();
  await guest.getByRole('heading', { name: 'Your visit was ended' }).waitFor();
  await guest.reload();
  await guest.getByRole('heading', { name: 'This link was revoked' }).waitFor();
});

test('an owner invites by a link that works, and revokes it while somebody is there', async ({
  streamer,
  chromium,
}) => {
  const owner = await openViewer(chromium, streamer.url.href);
  const people = await openPeople(owner);
  await people.getByRole('textbox', { name: 'For whom' }).fill('Grace');
  await people.getByRole('button', { name: 'Copy a link' }).click();
  const link = await people.getByRole('textbox', { name: 'The link' }).inputValue();
  const guest = await openViewer(chromium, link);
  await guest.getByText('Watching').waitFor({ state: 'attached' });
  await people.getByRole('button', { name: 'Revoke' }).last().click();
  await guest.getByRole('heading', { name: 'This link was revoked' }).waitFor();
});

test('what was measured can be saved, and what the picture may take be set', async ({
  streamer,
  chromium,
}) => {
  const page = await openViewer(chromium, streamer.url.href);
  await page.mouse.move(640, 5);
  await page.getByTitle('Latency and frame rate').click();
  await page.getByRole('button', { name: 'Graphs and limits' }).click();
  const dialog = page.getByRole('dialog', { name: 'Statistics' });
  await dialog.getByRole('button', { name: 'Saving' }).click();
  await until('the preset', () => dialog.getByRole('button', { name: 'Saving', pressed: true }).isVisible());
  expect(await dialog.getByRole('combobox', { name: 'Bits for video' }).inputValue()).toBe('1500');
  const save = async (format: string) => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      dialog.getByRole('button', { name: `Save as ${format}` }).click(),
    ]);
    expect(download.suggestedFilename()).toBe(`deskside-statistics.${format.toLowerCase()}`);
    return readFile(await download.path(), 'utf8');
  };
  // Once a second something is measured, the first time a second after the page opened.
  await until('what was measured', async () => (await save('JSON')).includes('latency_p50_ms'));
  expect(await save('CSV')).toContain('latency_p50_ms');
});
