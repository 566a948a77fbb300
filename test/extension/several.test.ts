import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CodeServer } from '../support/code-server/code-server.ts';
import { packExtension } from '../support/code-server/extension.ts';
import { installDeskside } from '../support/code-server/install-deskside.ts';
import { Workbench } from '../support/code-server/workbench.ts';
import { test as desktop } from '../support/desktop-test.ts';
import { until } from '../support/until.ts';
import { viewerState } from '../support/viewer-state.ts';

const NAMES = ['left', 'right'];

const test = desktop
  // biome-ignore lint/correctness/noEmptyPattern: the runner reads from the pattern what a fixture needs.
  .extend('server', async ({}, { onCleanup }) => {
    const home = await mkdtemp(join(tmpdir(), 'deskside-home-'));
    const program = await installDeskside(home);
    const server = await CodeServer.start({
      home,
      extensions: [await packExtension(home)],
      env: { DESKSIDE_SESSION: 'none', DESKSIDE_PORT: '0', DESKSIDE_SIZE: '640x480' },
    });
    onCleanup(async () => {
      await server[Symbol.asyncDispose]();
      const env = { PATH: process.env.PATH, HOME: home };
      for (const name of NAMES) await promisify(execFile)(program, ['stop', '--name', name], { env });
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    });
    return server;
  });

/** The person's settings name another desktop from now on; the editor reads them as it loads. */
async function openNamed(workbench: Workbench, server: CodeServer, name: string): Promise<void> {
  await server.configure({ 'deskside.desktopName': name });
  await workbench.page.reload();
  await workbench.ready();
  await workbench.command('Deskside: Open Remote Desktop');
  await workbench.page.locator('.tab', { hasText: name }).waitFor();
}

test('several desktops of a workspace, each in a panel of its own', async ({ server, chromium }) => {
  const workbench = await Workbench.open(chromium, server);
  for (const name of NAMES) await openNamed(workbench, server, name);
  for (const name of NAMES) {
    await workbench.page.locator('.tab', { hasText: name }).click();
    await until(
      `${name} to be live`,
      async () => {
        const shown = workbench.page.locator('iframe.webview:visible').contentFrame();
        const element = shown.frameLocator('#active-frame').locator('remote-desktop');
        return (await element.evaluate(viewerState)) === 'live';
      },
      60_000,
    );
  }
});
