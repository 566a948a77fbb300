import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { PROTOCOL_VERSION } from '@deskside/protocol';
import { expect } from 'vitest';
import { WebSocketServer } from 'ws';
import { live } from '../support/chromium.ts';
import { startEditor } from '../support/code-server/editor-test.ts';
import { EXTENSION } from '../support/code-server/extension.ts';
import { FolderServer, withoutServer } from '../support/code-server/web-host.ts';
import { Workbench } from '../support/code-server/workbench.ts';
import { test as desktop } from '../support/desktop-test.ts';
import { Account, DESKSIDE } from '../support/streamer.ts';
import { until } from '../support/until.ts';

const test = desktop
  // biome-ignore lint/correctness/noEmptyPattern: the runner reads from the pattern what a fixture needs.
  .extend('account', { scope: 'file' }, async ({}, { onCleanup }) => {
    const account = await Account.create();
    onCleanup(() => account[Symbol.asyncDispose]());
    return account;
  })
  .extend('server', { scope: 'file' }, async ({ account }, { onCleanup }) => {
    const server = await startEditor(account, { DESKSIDE_STATE_DIR: account.stateDir });
    onCleanup(() => server[Symbol.asyncDispose]());
    return server;
  })
  .extend('workbench', async ({ chromium, server }, { onCleanup }) => {
    const workbench = await Workbench.open(chromium, server);
    onCleanup(() => workbench.page.context().close());
    return workbench;
  })
  /** Gives the workspace a program `deskside` for this test: a script of the shell. */
  .extend('install', async ({ account }, { onCleanup }) => {
    const path = join(account.home, '.local/bin/deskside');
    onCleanup(() => rm(path, { force: true }));
    return async (script: string) => {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    };
  });

/** Refuses every viewer as a streamer of these versions does. */
async function refusingDesktop(version: number, product: string): Promise<{ url: string } & AsyncDisposable> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const refusal = { type: 'refused', reason: 'version', message: '', remedy: '', version, product };
  server.on('connection', (socket) => socket.on('message', () => socket.send(JSON.stringify(refusal))));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async [Symbol.asyncDispose]() {
      for (const socket of server.clients) socket.terminate();
      server.close();
    },
  };
}

test('a workspace without a desktop says how to add one', async ({ workbench }) => {
  await workbench.command('Deskside: Open Remote Desktop');
  await workbench
    .notification(/Add the feature "ghcr\.io\/deskside\/features\/deskside:1" to devcontainer\.json/)
    .waitFor();
  await workbench.page.getByRole('button', { name: 'Show How' }).waitFor();
});

test('a desktop that does not start says so while it starts, and why, with the log and a check of what it needs', async ({
  install,
  workbench,
  account,
}) => {
  // A pipe: the start waits for its other end.
  const gate = join(account.home, 'gate');
  await install(
    `[ "$1" != start ] && exec '${process.execPath}' '${DESKSIDE}' "$@"
mkfifo '${gate}' && cat '${gate}' > /dev/null
exec '${process.execPath}' '${DESKSIDE}' "$@" --size nonsense`,
  );
  await workbench.command('Deskside: Open Remote Desktop');
  await workbench.notification('Starting the desktop').waitFor();
  await writeFile(gate, '');
  const told = workbench.notification(/The desktop did not start: .*nonsense/);
  await told.waitFor();
  await told.getByRole('button', { name: 'Show Log' }).waitFor();
  await told.getByRole('button', { name: 'Check the Desktop' }).click();
  await workbench.page.locator('.terminal-wrapper.active').waitFor();
});

test('a program of another version is told by both versions, with the way to mend it', async ({
  install,
  workbench,
}) => {
  await install(`[ "$1" = --version ] && echo 9.9.9 || echo '{"state":"hovering"}'`);
  await workbench.command('Deskside: Open Remote Desktop');
  await workbench
    .notification(/This extension is version 0\.1\.0 .* version 9\.9\.9: .*Update the older one/)
    .waitFor();
});

test('a desktop of another protocol: the panel names both versions of the product, and the remedy', async ({
  install,
  workbench,
}) => {
  await using desktop = await refusingDesktop(PROTOCOL_VERSION + 1, '9.9.9');
  const facts = {
    state: 'running',
    name: 'default',
    url: desktop.url,
    port: 1,
    display: ':1',
    version: '9.9.9',
  };
  await install(`echo '${JSON.stringify(facts)}'`);
  await workbench.command('Deskside: Open Remote Desktop');
  const card = workbench.webview().locator('.card');
  await card.getByText('Two versions that do not match').waitFor();
  const [theirs, ours] = [`9.9.9 (protocol ${PROTOCOL_VERSION + 1})`, `0.1.0 (protocol ${PROTOCOL_VERSION})`];
  await card.getByText(`The desktop runs Deskside ${theirs}; this viewer is Deskside ${ours}.`).waitFor();
  await card.getByText('update the Deskside extension').waitFor();
  await card.getByRole('button', { name: 'Try again' }).waitFor();
});

test('in an editor without a server behind it the desktop opens in the browser, and what needs one is hidden', async ({
  chromium,
  server,
  streamer,
  onTestFinished,
}) => {
  await using folder = await FolderServer.start(EXTENSION);
  const page = await (await chromium.newContext()).newPage();
  onTestFinished(() => page.context().close());
  await withoutServer(page, server, folder.origin);
  await page.goto(`${server.origin}/?ew=true`);
  const workbench = new Workbench(page);
  await workbench.findCommand('Deskside: Open Remote Desktop');
  await page.keyboard.press('Escape');
  await workbench.findCommand('Deskside:');
  expect(await workbench.choice('Deskside: ').allTextContents()).toEqual([
    expect.stringContaining('Open Remote Desktop'),
    expect.stringContaining('Open Remote Desktop in Browser'),
  ]);

  await workbench.command('Deskside: Open Remote Desktop');
  const address = page.locator('.quick-input-widget input:visible');
  await page.getByText('Paste the address that "deskside url" prints').waitFor();
  await address.fill(streamer.url.href);
  const [opened] = await Promise.all([page.context().waitForEvent('page'), page.keyboard.press('Enter')]);
  await live(opened);
});

test('the walkthrough shows a picture or a text for each of its steps, and opens the desktop', async ({
  workbench,
}) => {
  const { page } = workbench;
  await workbench.command('Welcome: Open Walkthrough');
  await workbench.choice('A desktop beside your editor').click();
  const steps = page.locator('.getting-started-step');
  await steps.first().waitFor();
  expect(await steps.count()).toBe(4);
  for (const title of ['Open it', 'Who has the keyboard?']) {
    await page.getByRole('button', { name: title }).click();
    const picture = page.locator('.getting-started-media img');
    await until(`the picture of "${title}"`, () =>
      picture.evaluate((image: HTMLImageElement) => image.complete && image.naturalWidth > 0),
    );
  }
  await page.getByRole('button', { name: 'Open it' }).click();
  await page
    .locator('.getting-started-step.expanded')
    .getByText('Open Remote Desktop', { exact: true })
    .click();
  await workbench.notification('Add the feature').waitFor();
});
