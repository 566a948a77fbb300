import { expect } from 'vitest';
import { Certificates } from '../../streamer/src/http/testing/certificates.ts';
import { live } from '../support/chromium.ts';
import { test } from '../support/desktop-test.ts';
import { Streamer } from '../support/streamer.ts';

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

test('over HTTPS a browser asks for user and password, and shows the desktop to who knows them', async ({
  chromium,
}) => {
  await using certificates = await Certificates.open();
  const { cert, key } = await certificates.make('desk');
  const credentials = { username: 'ada', password: 'lovelace & byron' };
  await using streamer = await Streamer.start({
    flags: ['--tls-cert', cert, '--tls-key', key],
    env: {
      DESKSIDE_BASIC_AUTH_USER: credentials.username,
      DESKSIDE_BASIC_AUTH_PASSWORD: credentials.password,
    },
  });
  const address = new URL('/', streamer.url).href;
  expect(address).toMatch(/^https:/);
  const open = async (httpCredentials?: typeof credentials) => {
    const context = await chromium.newContext({
      ignoreHTTPSErrors: true,
      ...(httpCredentials && { httpCredentials }),
    });
    const page = await context.newPage();
    return { page, status: (await page.goto(address))?.status() };
  };
  expect((await open({ ...credentials, password: 'another' })).status).toBe(401);
  const { page, status } = await open(credentials);
  expect(status).toBe(200);
  await live(page);
  expect(await page.evaluate(() => isSecureContext)).toBe(true);
  const [cookie] = await page.context().cookies();
  expect(cookie).toMatchObject({ httpOnly: true, secure: true });
  // Whoever still says http: is brought here.
  const plain = await page.context().newPage();
  await plain.goto(address.replace('https:', 'http:'));
  await live(plain);
  expect(plain.url()).toMatch(/^https:/);
});

test('the way to the desktop is opened while the page’s script is still coming, and is the only one', async ({
  streamer,
  chromium,
}) => {
  const page = await (await chromium.newContext()).newPage();
  const opened: string[] = [];
  const first = page.waitForEvent('websocket');
  page.on('websocket', (socket) => opened.push(socket.url()));
  await page.route('**/page.js', async (route) => {
    await first;
    await route.continue();
  });
  await page.goto(streamer.page());
  await live(page);
  expect(opened).toHaveLength(1);
  await page.context().close();
});
