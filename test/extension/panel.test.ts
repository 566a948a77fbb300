import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { CodeServer } from '../support/code-server/code-server.ts';
import { packExtension } from '../support/code-server/extension.ts';
import { Workbench } from '../support/code-server/workbench.ts';
import { test as desktop } from '../support/desktop-test.ts';
import { Account } from '../support/streamer.ts';
import { Terminal } from '../support/terminal.ts';
import { until } from '../support/until.ts';
import { viewerState } from '../support/viewer-state.ts';

const DESKSIDE = fileURLToPath(new URL('../../streamer/bin/deskside.mjs', import.meta.url));

const test = desktop
  .extend('account', { scope: 'file' }, async (_, { onCleanup }) => {
    const account = await Account.create();
    onCleanup(async () => {
      await account.deskside(['stop']);
      await account[Symbol.asyncDispose]();
    });
    // Where it is found whatever the login shell makes of PATH, with a Node of its own as what ships has.
    const bin = join(account.home, '.local/bin');
    await mkdir(bin, { recursive: true });
    await writeFile(join(bin, 'deskside'), `#!/bin/sh\nexec '${process.execPath}' '${DESKSIDE}' "$@"\n`, {
      mode: 0o755,
    });
    return account;
  })
  .extend('server', { scope: 'file' }, async ({ account }, { onCleanup }) => {
    const vsix = await packExtension(account.home);
    const server = await CodeServer.start({
      home: account.home,
      extensions: [vsix],
      env: {
        DESKSIDE_STATE_DIR: account.stateDir,
        DESKSIDE_SESSION: 'none',
        DESKSIDE_PORT: '0',
        DESKSIDE_SIZE: '1280x720',
      },
    });
    onCleanup(() => server[Symbol.asyncDispose]());
    return server;
  })
  .extend('workbench', async ({ server, chromium }, { onCleanup }) => {
    const workbench = await Workbench.open(chromium, server);
    onCleanup(() => workbench.page.context().close());
    return workbench;
  });

/** Opens the panel from the palette and waits for the live picture. */
async function openPanel(workbench: Workbench) {
  await workbench.command('Deskside: Open Remote Desktop');
  const element = workbench.webview().locator('remote-desktop');
  await until(
    'the panel to be live',
    () => element.evaluate(viewerState).then((state) => state === 'live'),
    60_000,
  );
  return element;
}

async function desktopOf(account: Account) {
  const { stdout } = await account.deskside(['status', '--json']);
  return { display: JSON.parse(stdout).display as string, xauthority: account.xauthority };
}

test('the command starts the desktop and its keys go there, not to the workbench', async ({
  workbench,
  account,
}) => {
  const element = await openPanel(workbench);
  await using terminal = await Terminal.open(await desktopOf(account));
  await element.click({ position: { x: 60, y: 60 } });
  await workbench.page.keyboard.type('hello');
  await workbench.page.keyboard.press('Control+p');
  await workbench.page.keyboard.press('Control+w');
  await workbench.page.keyboard.press('F1');
  await until('the keys to arrive', async () => (await terminal.typed()).startsWith('hello\x10\x17'));
  expect(await workbench.quickInput.isVisible()).toBe(false);
  expect(await element.isVisible()).toBe(true);
  await workbench.statusBarItem('Keyboard: desktop').waitFor();

  await workbench.page.keyboard.press('Control+Alt+Escape');
  await workbench.statusBarItem('Keyboard: desktop').waitFor({ state: 'hidden' });
  await workbench.page.keyboard.press('F1');
  await workbench.quickInput.waitFor();
});
