import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { CodeServer } from '../support/code-server/code-server.ts';
import { startEditor } from '../support/code-server/editor-test.ts';
import { installDeskside } from '../support/code-server/install-deskside.ts';
import { Workbench } from '../support/code-server/workbench.ts';
import { test as desktop } from '../support/desktop-test.ts';
import { Relay } from '../support/relay.ts';
import { Account } from '../support/streamer.ts';
import { Terminal } from '../support/terminal.ts';
import { until } from '../support/until.ts';
import { viewerState } from '../support/viewer-state.ts';

const test = desktop
  // biome-ignore lint/correctness/noEmptyPattern: the runner reads from the pattern what a fixture needs.
  .extend('account', async ({}, { onCleanup }) => {
    const account = await Account.create();
    await installDeskside(account.home);
    onCleanup(async () => {
      await account.deskside(['stop']);
      await account[Symbol.asyncDispose]();
    });
    return account;
  })
  .extend('server', async ({ account }, { onCleanup }) => {
    const server = await startEditor(account, { DESKSIDE_STATE_DIR: account.stateDir });
    onCleanup(() => server[Symbol.asyncDispose]());
    return server;
  })
  /** Another origin of the same server, for its webviews. */
  .extend('elsewhere', async ({ server }, { onCleanup }) => {
    const relay = await Relay.to(Number(new URL(server.origin).port));
    onCleanup(() => relay[Symbol.asyncDispose]());
    return new URL(relay.rewrite(server.origin)).origin;
  });

/** Gives the webviews an origin of their own, as vscode.dev has it: code-server refuses its sockets then. */
async function moveWebviews(page: Page, { origin }: CodeServer, elsewhere: string): Promise<void> {
  await page.route(
    (url) => url.origin === origin && url.pathname === '/',
    async (route) => {
      const answer = await route.fetch();
      const { 'content-security-policy': _, ...headers } = answer.headers();
      const html = (await answer.text()).replace(
        /(&quot;webviewEndpoint&quot;:&quot;)([^&]*)/,
        (_, name, path) => `${name}${new URL(path, elsewhere).href}`,
      );
      await route.fulfill({ response: answer, headers, body: html });
    },
  );
}

test('where the host refuses the panel a socket, the page is shown in a frame, and the status bar says so', async ({
  account,
  server,
  elsewhere,
  chromium,
}) => {
  const flags = ['--port', '0', '--session', 'none', '--size', '640x480', '--allowed-origins', elsewhere];
  expect(await account.deskside(['start', ...flags])).toMatchObject({ code: 0 });
  const context = await chromium.newContext({ viewport: { width: 1400, height: 900 } });
  // A page that was changed on its way comes from no address that Chromium knows as this machine's.
  await context.grantPermissions(['local-network-access']);
  const page = await context.newPage();
  await moveWebviews(page, server, elsewhere);
  const workbench = await Workbench.show(page, server.page());

  await workbench.command('Deskside: Open Remote Desktop');
  const element = workbench.webview().frameLocator('iframe').locator('remote-desktop');
  await until('the frame to be live', async () => (await element.evaluate(viewerState)) === 'live', 60_000);

  const { display } = JSON.parse((await account.deskside(['status', '--json'])).stdout);
  await using terminal = await Terminal.open({ display, xauthority: account.xauthority });
  await element.click({ position: { x: 60, y: 200 } });
  await page.keyboard.type('hello');
  await terminal.untilTyped('hello');
  const keyboard = workbench.statusBarItem('Keyboard: desktop');
  await keyboard.waitFor();
  await page.locator('.statusbar-item[id="deskside.deskside.deskside.statistics"]').hover();
  await page.getByText('shown as a page in a frame').waitFor();

  await page.keyboard.press('Control+p');
  await until('the key to arrive', async () => (await terminal.typed()) === 'hello\x10');
  await page.keyboard.press('Control+Alt+Escape');
  await keyboard.waitFor({ state: 'hidden' });
  await page.keyboard.press('F1');
  await workbench.quickInput.waitFor();
  expect(await terminal.typed()).toBe('hello\x10');
});
