import { join } from 'node:path';
import { test as desktop } from '../desktop-test.ts';
import { Account } from '../streamer.ts';
import { until } from '../until.ts';
import { viewerState } from '../viewer-state.ts';
import type { XAddress } from '../x-client.ts';
import { CodeServer, type CodeServerOptions } from './code-server.ts';
import { packExtension } from './extension.ts';
import { installDeskside } from './install-deskside.ts';
import { Workbench } from './workbench.ts';

/** Where desktops of the editor's person are by default, each under its name. */
const STATE = '.local/state/deskside';

/** How they are started. */
export const SETTINGS = { DESKSIDE_SESSION: 'none', DESKSIDE_PORT: '0', DESKSIDE_SIZE: '1280x720' };

/** A test in an editor with the packaged extension, whose workspace has the program `deskside`. Once a file; a window a test. */
export const test = desktop
  // biome-ignore lint/correctness/noEmptyPattern: the runner reads from the pattern what a fixture needs.
  .extend('account', { scope: 'file' }, async ({}, { onCleanup }) => {
    const account = await Account.create(undefined, join(STATE, 'default'));
    onCleanup(async () => {
      await account.deskside(['stop']);
      await account[Symbol.asyncDispose]();
    });
    await installDeskside(account.home);
    return account;
  })
  .extend('server', { scope: 'file' }, async ({ account }, { onCleanup }) => {
    const server = await startEditor(account, SETTINGS);
    onCleanup(() => server[Symbol.asyncDispose]());
    return server;
  })
  .extend('workbench', async ({ server, chromium }, { onCleanup }) => {
    const workbench = await Workbench.open(chromium, server);
    onCleanup(() => workbench.page.context().close());
    return workbench;
  });

/** An editor of this person, with the extension as it ships. @param env what its programs see besides */
export async function startEditor(
  { home }: Account,
  env: Record<string, string>,
  options: Pick<CodeServerOptions, 'asksForTrust'> = {},
): Promise<CodeServer> {
  return await CodeServer.start({ home, extensions: [await packExtension(home)], env, ...options });
}

/** Opens the panel from the palette and waits for the live picture. */
export async function openPanel(workbench: Workbench) {
  await workbench.command('Deskside: Open Remote Desktop');
  return untilLive(workbench);
}

/** @param index of the panel, in the order in which they were opened */
export async function untilLive(workbench: Workbench, index = 0) {
  const element = workbench.webview(index).locator('remote-desktop');
  await until('the panel to be live', async () => (await element.evaluate(viewerState)) === 'live', 60_000);
  return element;
}

/** Where the programs of a desktop find it. */
export async function desktopOf(account: Account, name = 'default'): Promise<XAddress> {
  const { stdout } = await account.deskside(['status', '--json'], stateOf(account, name));
  return { display: JSON.parse(stdout).display as string, xauthority: account.xauthority };
}

/** Starts a further desktop, as the editor starts its own. */
export async function startDesktop(account: Account, name = 'default'): Promise<void> {
  const env = { ...SETTINGS, ...stateOf(account, name) };
  const { code, stderr } = await account.deskside(['start', '--name', name], env);
  if (code !== 0) throw new Error(`deskside start --name ${name} ended with ${code}: ${stderr}`);
}

export async function stopDesktop(account: Account, name = 'default'): Promise<void> {
  await account.deskside(['stop'], stateOf(account, name));
}

function stateOf({ home }: Account, name: string): Record<string, string> {
  return { DESKSIDE_STATE_DIR: join(home, STATE, name) };
}
