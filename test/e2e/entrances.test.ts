import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { Certificates } from '../../streamer/src/http/testing/certificates.ts';
import { live } from '../support/chromium.ts';
import { test } from '../support/desktop-test.ts';
import { Streamer } from '../support/streamer.ts';

const PASSWORD = 'correct horse battery';

test('over HTTPS, by a password that the browser asks for', async ({ chromium }) => {
  await using certificates = await Certificates.open();
  const { cert, key } = await certificates.make('127.0.0.1');
  await using streamer = await Streamer.start({
    flags: ['--tls-cert', cert, '--tls-key', key, '--basic-auth-user', 'ada'],
    session: `printenv > "$HOME/environment"; exec sleep 1000`,
    env: { DESKSIDE_BASIC_AUTH_PASSWORD: PASSWORD },
  });
  const address = new URL('/', streamer.url);
  expect(address.protocol).toBe('https:');
  const httpCredentials = { username: 'ada', password: PASSWORD };
  const context = await chromium.newContext({ ignoreHTTPSErrors: true, httpCredentials });
  const page = await context.newPage();
  // In the clear: sent on to TLS at the same port.
  await page.goto(address.href.replace('https:', 'http:'));
  await live(page);
  expect(new URL(page.url()).protocol).toBe('https:');

  const stranger = await (await chromium.newContext({ ignoreHTTPSErrors: true })).newPage();
  expect((await stranger.goto(address.href))!.status()).toBe(401);

  const { stdout } = await streamer.account.deskside(['url']);
  expect(stdout).toMatch(/^https:\/\//);
  const environment = `${streamer.account.home}/environment`;
  await expect.poll(() => existsSync(environment)).toBe(true);
  expect(await page.request.get(new URL('/healthz', address).href).then((answer) => answer.status())).toBe(
    200,
  );
  expect(await readFile(environment, 'utf8')).not.toContain(PASSWORD);
});
