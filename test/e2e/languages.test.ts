import { expect } from 'vitest';
import { live, openViewer } from '../support/chromium.ts';
import { test } from '../support/desktop-test.ts';

test('the page speaks the language of the browser', async ({ streamer, chromium }) => {
  const page = await openViewer(chromium, streamer.url.href, { locale: 'de-AT' });
  await page.getByRole('button', { name: 'Trennen' }).click();
  await page.getByRole('heading', { name: 'Sitzung beendet' }).waitFor();
  expect(await page.evaluate(() => document.documentElement.lang)).toBe('de');
});

test('the address may ask for another language', async ({ streamer, chromium }) => {
  const url = new URL(streamer.url);
  url.searchParams.set('lang', 'ja');
  const page = await openViewer(chromium, url.href, { locale: 'de-AT' });
  await page.getByRole('button', { name: '切断' }).waitFor();
});

test('a language that does not come is English', async ({ streamer, chromium }) => {
  const context = await chromium.newContext({ locale: 'de-DE' });
  const page = await context.newPage();
  await page.route(/\/de-.*\.js$/, (route) => route.abort());
  await page.goto(streamer.url.href);
  await live(page);
  await page.getByRole('button', { name: 'Disconnect' }).waitFor();
});

test('the sign-in page speaks the language of the browser', async ({ streamer, chromium }) => {
  const page = await (await chromium.newContext({ locale: 'de-DE' })).newPage();
  await page.goto(new URL('/?token=wrong', streamer.url).href);
  await page.getByRole('heading', { name: 'Hier ist Ihr Desktop' }).waitFor();
  expect(await page.getByRole('alert').locator('code').textContent()).toBe('deskside url');
  await page.getByLabel('Token oder Adresse').fill(streamer.token);
  await page.getByRole('button', { name: 'Desktop öffnen' }).click();
  await live(page);
});
