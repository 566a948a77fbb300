import { CodeServer } from '../support/code-server/code-server.ts';
import { packExtension } from '../support/code-server/extension.ts';
import { Workbench } from '../support/code-server/workbench.ts';
import { test as desktop } from '../support/desktop-test.ts';
import { Account } from '../support/streamer.ts';

const test = desktop
  // biome-ignore lint/correctness/noEmptyPattern: the runner reads from the pattern what a fixture needs.
  .extend('account', async ({}, { onCleanup }) => {
    const account = await Account.create();
    onCleanup(() => account[Symbol.asyncDispose]());
    return account;
  })
  .extend('server', async ({ account }, { onCleanup }) => {
    const server = await CodeServer.start({
      home: account.home,
      extensions: [await packExtension(account.home)],
    });
    onCleanup(() => server[Symbol.asyncDispose]());
    return server;
  })
  .extend('workbench', async ({ chromium, server }, { onCleanup }) => {
    const workbench = await Workbench.open(chromium, server);
    onCleanup(() => workbench.page.context().close());
    return workbench;
  });

test('a workspace without a desktop says how to add one', async ({ workbench }) => {
  await workbench.command('Deskside: Open Remote Desktop');
  await workbench
    .notification(/Add the feature "ghcr\.io\/deskside\/features\/deskside:1" to devcontainer\.json/)
    .waitFor();
  await workbench.page.getByRole('button', { name: 'Show How' }).waitFor();
});
