import { expect } from 'vitest';
import { live } from '../support/chromium.ts';
import { test } from '../support/desktop-test.ts';

test('without a token there is a sign-in page that takes one', async ({ streamer, chromium }) => {
  const page = await (await chromium.newContext()).newPage();
  const response = await page.goto(new URL('/', streamer.url).href);
  expect(response!.status()).toBe(401);
  expect(await page.textContent('body')).toContain('deskside url');

  await page.getByRole('textbox').fill(streamer.token);
  await page.keyboard.press('Enter');
  await live(page);
  expect(page.url()).not.toContain(streamer.token);
});

test('a wrong token is told so and leaves the page where it is', async ({ streamer, chromium }) => {
  const page = await (await chromium.newContext()).newPage();
  await page.goto(new URL('/', streamer.url).href);
  await page.getByRole('textbox').fill('0'.repeat(32));
  await page.keyboard.press('Enter');
  await page.getByRole('alert').waitFor();
  expect(await page.textContent('body')).toContain('deskside url');
});

test('the token leaves the address bar once it is a cookie', async ({ streamer, chromium }) => {
  const context = await chromium.newContext();
  const page = await context.newPage();
  await page.goto(streamer.url.href);
  await live(page);
  expect(page.url()).not.toContain('token');
  const [cookie] = await context.cookies();
  expect(cookie).toMatchObject({ httpOnly: true, path: '/' });
});

test('the page asks no other host for anything and breaks no rule of its own', async ({
  streamer,
  chromium,
}) => {
  const page = await (await chromium.newContext()).newPage();
  const hosts = new Set<string>();
  const complaints: string[] = [];
  page.on('request', (request) => hosts.add(new URL(request.url()).host));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(streamer.url.href);
  await live(page);
  hosts.delete('');
  expect([...hosts]).toEqual([streamer.url.host]);
  expect(complaints).toEqual([]);
});
