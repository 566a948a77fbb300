import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchChromium } from '../support/chromium.ts';
import { CodeServer } from '../support/code-server/code-server.ts';
import { packExtension } from '../support/code-server/extension.ts';
import { Workbench } from '../support/code-server/workbench.ts';
import { test as base } from '../support/desktop-test.ts';
import { until } from '../support/until.ts';

/** What stands where a deployment should be. */
type Answer = { status: number; type: string; body: string };

const test = base
  .extend('answer', { scope: 'file' }, { status: 200, type: 'text/html', body: '' } as Answer)
  .extend('deployment', { scope: 'file' }, async ({ answer }, { onCleanup }) => {
    const server = createServer((_, response) =>
      response.writeHead(answer.status, { 'content-type': answer.type }).end(answer.body),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onCleanup(() => void server.close());
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  })
  // biome-ignore lint/correctness/noEmptyPattern: the runner reads from the pattern what a fixture needs.
  .extend('home', { scope: 'file' }, async ({}, { onCleanup }) => {
    const home = await mkdtemp(join(tmpdir(), 'deskside-home-'));
    onCleanup(() => rm(home, { recursive: true, force: true, maxRetries: 5 }));
    return home;
  })
  .extend('server', { scope: 'file' }, async ({ home, deployment }, { onCleanup }) => {
    const server = await CodeServer.start({
      home,
      extensions: [await packExtension(home)],
      env: { CODER_URL: deployment, CODER_SESSION_TOKEN: 'not-a-session-0123456789abcdef' },
    });
    onCleanup(() => server[Symbol.asyncDispose]());
    return server;
  })
  // biome-ignore lint/correctness/noEmptyPattern: the runner reads from the pattern what a fixture needs.
  .extend('chromium', { scope: 'file' }, async ({}, { onCleanup }) => {
    const browser = await launchChromium();
    onCleanup(() => browser.close());
    return browser;
  })
  .extend('workbench', { scope: 'file' }, async ({ chromium, server }) => Workbench.open(chromium, server));

test.for([
  [
    'a page of a proxy',
    { status: 200, type: 'text/html', body: '<h1>Please sign in to the VPN</h1>' },
    /web page/i,
  ],
  [
    'a token that is not a session',
    { status: 401, type: 'application/json', body: '{"message":"API key is invalid"}' },
    /session|sign in/i,
  ],
  ['a broken answer', { status: 200, type: 'application/json', body: '{"id":' }, /answer/i],
] as [string, Answer, RegExp][])(
  '%s: an error that says so',
  async ([, given, expected], { workbench, answer }) => {
    Object.assign(answer, given);
    const { page } = workbench;
    await page.keyboard.press('Escape');
    await workbench.command('Notifications: Clear All Notifications');
    await workbench.command('Deskside: Sign in to a Coder Deployment');
    const input = page.locator('.quick-input-widget input');
    await until('the address to be proposed', async () => (await input.inputValue()).startsWith('http'));
    await page.keyboard.press('Enter');
    // Another is asked for then.
    if (given.status === 401) await workbench.giveToken('not-a-session-either-0123456789');
    await workbench.notification(expected).waitFor();
    await page
      .getByRole('button', { name: /Sign In|Try Again/ })
      .first()
      .waitFor();
  },
);
