import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { SETTINGS, startEditor, test as trusting, untilLive } from '../support/code-server/editor-test.ts';

/** An editor that does not trust its folder. */
const test = trusting.extend('server', { scope: 'file' }, async ({ account }, { onCleanup }) => {
  const server = await startEditor(account, SETTINGS, { asksForTrust: true });
  onCleanup(() => server[Symbol.asyncDispose]());
  return server;
});

test('in a workspace that is not trusted the desktop opens, what runs its files is hidden and its settings do not count', async ({
  workbench,
  server,
}) => {
  await workbench.statusBarItem('Restricted Mode').waitFor();
  await server.configure({
    'deskside.executable': '/bin/false',
    'deskside.desktopName': 'chosen-by-the-folder',
  });
  await writeFile(join(server.workspace, 'window.py'), '');
  await workbench.openFile('window.py');
  await workbench.findCommand('Deskside:');
  const offered = await workbench.choice('Deskside: ').allTextContents();
  expect(offered.join()).toContain('Screenshot to Editor');
  expect(offered.filter((title) => title.includes('Run'))).toEqual([]);

  await workbench.command('Deskside: Open Remote Desktop');
  const element = await untilLive(workbench);
  expect(await element.getAttribute('data-desktop')).toBe('local:default');
});

test('whoever comes to trust it is offered what runs its tasks', async ({ workbench }) => {
  const { page } = workbench;
  await workbench.statusBarItem('Restricted Mode').waitFor();
  await workbench.command('Workspaces: Manage Workspace Trust');
  await page.getByRole('button', { name: 'Trust', exact: true }).click();
  await workbench.statusBarItem('Restricted Mode').waitFor({ state: 'hidden' });
  await workbench.findCommand('Deskside: Run Task in Remote Desktop');
});
