import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { CodeServer } from '../support/code-server/code-server.ts';
import { packExtension } from '../support/code-server/extension.ts';
import { Workbench } from '../support/code-server/workbench.ts';
import { describeWithCoder } from '../support/coder/coder-test.ts';
import { test as base } from '../support/coder/desk-test.ts';
import { Terminal } from '../support/terminal.ts';
import { until } from '../support/until.ts';
import { viewerState } from '../support/viewer-state.ts';

const test = base
  // biome-ignore lint/correctness/noEmptyPattern: the runner reads from the pattern what a fixture needs.
  .extend('home', async ({}, { onCleanup }) => {
    const home = await mkdtemp(join(tmpdir(), 'deskside-home-'));
    onCleanup(() => rm(home, { recursive: true, force: true, maxRetries: 5 }));
    return home;
  })
  /** An editor whose person is signed in to Coder on the command line; its own workspace has no desktop. */
  .extend('server', async ({ home, deployment }, { onCleanup }) => {
    const { admin, url } = deployment;
    const server = await CodeServer.start({
      home,
      extensions: [await packExtension(home)],
      env: { CODER_URL: url, CODER_SESSION_TOKEN: admin.token },
    });
    onCleanup(() => server[Symbol.asyncDispose]());
    return server;
  })
  // biome-ignore lint/correctness/noEmptyPattern: the runner reads from the pattern what a fixture needs.
  .extend('chromium', async ({}, { onCleanup }) => {
    const browser = await launchChromium();
    onCleanup(() => browser.close());
    return browser;
  })
  .extend('workbench', async ({ chromium, server }) => Workbench.open(chromium, server));

describeWithCoder("a Coder workspace's desktop in the editor", () => {
  test('sign in with the session of the command line, choose, see it and type', async ({
    workbench,
    address,
    desk,
    deployment,
  }) => {
    const { page } = workbench;
    const input = page.locator('.quick-input-widget input');
    await workbench.command('Deskside: Open Desktop of a Coder Workspace');
    await until('the address to be proposed', async () => (await input.inputValue()) === deployment.url);
    await page.keyboard.press('Enter');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: desk.workspace.name }).click();

    const element = workbench.webview().locator('remote-desktop');
    await until('the panel to be live', async () => (await element.evaluate(viewerState)) === 'live', 60_000);
    await using terminal = await Terminal.open(address);
    await element.click({ position: { x: 60, y: 60 } });
    await page.keyboard.type('hello');
    await terminal.untilTyped('hello');
    const html = await workbench.webview().locator('html').innerHTML();
    expect(html).not.toContain(deployment.admin.token);
  });
});
