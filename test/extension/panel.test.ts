import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { desktopOf, openPanel, startDesktop, test, untilLive } from '../support/code-server/editor-test.ts';
import { screenshotIn } from '../support/code-server/screenshot.ts';
import { Terminal } from '../support/terminal.ts';
import { until } from '../support/until.ts';
import { viewerState } from '../support/viewer-state.ts';
import { XClient } from '../support/x-client.ts';
import { Xclip } from '../support/xclip.ts';

const execute = promisify(execFile);

test('the command starts the desktop and its keys go there, not to the workbench', async ({
  workbench,
  account,
}) => {
  const element = await openPanel(workbench);
  await using terminal = await Terminal.open(await desktopOf(account));
  await element.click({ position: { x: 60, y: 200 } });
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

test('the status bar tells latency and frame rate, gives the keyboard back and opens the desktop', async ({
  workbench,
  account,
}) => {
  const element = await openPanel(workbench);
  using x = await XClient.connect(await desktopOf(account));
  const window = x.coverScreen();
  let color = 0;
  await until('figures of what moves', async () => {
    x.fill(window, ++color * 0x10203, { x: 0, y: 0, width: 200, height: 200 });
    return await workbench.statusBarItem(/\d+ ms · [1-9]\d* fps/).isVisible();
  });
  await workbench.statusBarItem('– ms · 0 fps').waitFor();

  await element.click({ position: { x: 60, y: 200 } });
  const keyboard = workbench.statusBarItem('Keyboard: desktop');
  await keyboard.click();
  await keyboard.waitFor({ state: 'hidden' });
  // The command that gives it back is offered by the context key alone.
  await workbench.findCommand('Deskside:');
  expect((await workbench.choice('Deskside: ').allTextContents()).join()).not.toContain('Give the Keyboard');
  await workbench.page.keyboard.press('Escape');

  await workbench.command('View: Close All Editors');
  await workbench.page.locator('.statusbar-item[id="deskside.deskside.deskside.statistics"]').click();
  await untilLive(workbench);
  await workbench.page.keyboard.press('Control+Alt+Escape');
  console.log(`NOTICE: the extension activated in ${await workbench.activationTime('Deskside')} ms`);
});

test('settings: a button of the editor opens the desktop, and another chord gives the keyboard back', async ({
  workbench,
  server,
  account,
  onTestFinished,
}) => {
  const { page } = workbench;
  onTestFinished(() => server.configure({}));
  await server.configure({ 'deskside.editorTitleButton': true });
  await writeFile(join(server.workspace, 'notes.txt'), 'notes');
  await workbench.openFile('notes.txt');
  await page.locator('.editor-actions').getByRole('button', { name: 'Open Remote Desktop' }).click();
  const before = await untilLive(workbench);
  await before.evaluate((element) => element.setAttribute('data-before', ''));

  await server.configure({ 'deskside.releaseKeyboardChord': 'Ctrl+Shift+F9' });
  const element = workbench.webview().locator('remote-desktop:not([data-before])');
  await until('the panel to be live anew', async () => (await element.evaluate(viewerState)) === 'live');
  await using terminal = await Terminal.open(await desktopOf(account));
  await element.click({ position: { x: 60, y: 200 } });
  await page.keyboard.press('Control+Alt+Escape');
  await page.keyboard.type('x');
  await until('the keys to arrive', async () => (await terminal.typed()).endsWith('x'));
  const keyboard = workbench.statusBarItem('Keyboard: desktop');
  await keyboard.waitFor();
  await page.keyboard.press('Control+Shift+F9');
  await keyboard.waitFor({ state: 'hidden' });
});

test('a reload of the window brings the panel back', async ({ workbench }) => {
  await openPanel(workbench);
  await workbench.page.keyboard.press('Control+Alt+Escape');
  await workbench.reload();
  await untilLive(workbench);
});

test('a desktop that is killed and started again at another port comes back in the panel', async ({
  workbench,
  account,
}) => {
  await openPanel(workbench);
  const { pid } = JSON.parse((await account.deskside(['status', '--json'])).stdout);
  process.kill(pid, 'SIGKILL');
  const element = workbench.webview().locator('remote-desktop');
  await until('the panel to notice', async () => (await element.evaluate(viewerState)) !== 'live');
  await startDesktop(account);
  await untilLive(workbench);
});

test('a terminal of the editor knows the desktop', async ({ workbench, account }) => {
  await openPanel(workbench);
  await workbench.page.keyboard.press('Control+Alt+Escape');
  await workbench.command('Terminal: Create New Terminal');
  await workbench.page
    .locator('.terminal-wrapper.active .xterm-cursor-layer, .terminal-wrapper.active .xterm-screen')
    .first()
    .click();
  const file = join(account.home, 'display');
  const { display } = await desktopOf(account);
  await workbench.page.keyboard.type(`echo $DISPLAY $(stat -c %a $XAUTHORITY) > ${file}\n`);
  await until('the terminal to answer', async () => {
    return (await readFile(file, 'utf8')).trim() === `${display} 600`;
  });
});

test('a debug session shows its windows on the desktop', async ({ workbench, server, account }) => {
  await openPanel(workbench);
  const file = join(account.home, 'debugged');
  const { display } = await desktopOf(account);
  await writeFile(
    join(server.workspace, 'plot.js'),
    `require('node:fs').writeFileSync('${file}', process.env.DISPLAY ?? '')`,
  );
  await mkdir(join(server.workspace, '.vscode'), { recursive: true });
  const launch = {
    type: 'node',
    request: 'launch',
    name: 'plot',
    program: join(server.workspace, 'plot.js'),
    console: 'internalConsole',
  };
  await writeFile(
    join(server.workspace, '.vscode/launch.json'),
    JSON.stringify({
      version: '0.2.0',
      configurations: [{ ...launch, runtimeExecutable: process.execPath }],
    }),
  );
  await workbench.page.keyboard.press('Control+Alt+Escape');
  await workbench.command('Debug: Start Debugging');
  await until('the program to run', async () => (await readFile(file, 'utf8')) === display);
});

test('a file that is run shows its window on the desktop, and the panel opens by itself', async ({
  workbench,
  server,
  account,
}) => {
  const file = join(account.home, 'ran');
  const program = `import os; open('${file}', 'w').write(os.environ.get('DISPLAY', ''))`;
  await writeFile(join(server.workspace, 'window.py'), program);
  await workbench.openFile('window.py');
  await workbench.command('Deskside: Run in Remote Desktop');
  const seen = await until('the program to run', () => readFile(file, 'utf8'));
  expect(seen).toBe((await desktopOf(account)).display);
  await untilLive(workbench);
});

test('a task that is run shows its windows on the desktop, whatever terminals are told', async ({
  workbench,
  server,
  account,
  onTestFinished,
}) => {
  const file = join(account.home, 'task');
  onTestFinished(() => server.configure({}));
  await server.configure({ 'deskside.setDisplay': false });
  const plot = { label: 'plot', type: 'shell', command: `echo $DISPLAY > '${file}'` };
  await writeFile(
    join(server.workspace, '.vscode/tasks.json'),
    JSON.stringify({ version: '2.0.0', tasks: [{ ...plot, problemMatcher: [] }] }),
  );
  await workbench.command('Deskside: Run Task in Remote Desktop');
  await workbench.choice('plot').click();
  const seen = await until('the task to run', async () => (await readFile(file, 'utf8')).trim());
  expect(seen).toBe((await desktopOf(account)).display);
  await untilLive(workbench);
});

test('a screenshot of the desktop opens in the editor', async ({ workbench, server }) => {
  await openPanel(workbench);
  await workbench.page.keyboard.press('Control+Alt+Escape');
  await workbench.command('Deskside: Screenshot to Editor');
  await workbench.page.locator('.tab', { hasText: /^desktop-.*\.png/ }).waitFor();
  const png = await screenshotIn(server.workspace);
  // As large as the panel, which the desktop follows.
  expect(png.readUInt32BE(16)).toBeGreaterThan(100);
  expect(png.readUInt32BE(20)).toBeGreaterThan(100);
});

test('a picture of the desktop goes into the clipboard', async ({ workbench }) => {
  const { page } = workbench;
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await openPanel(workbench);
  await page.keyboard.press('Control+Alt+Escape');
  await workbench.command('Deskside: Screenshot to Clipboard');
  await until('the picture', async () => {
    const types = await page.evaluate(async () =>
      (await navigator.clipboard.read()).map(({ types }) => types),
    );
    return types.flat().includes('image/png');
  });
});

test('a link is made, copied from the view and revoked', async ({ workbench, account, chromium, server }) => {
  const { page } = workbench;
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await openPanel(workbench);
  await page.keyboard.press('Control+Alt+Escape');
  await workbench.command('Deskside: Share the Desktop');
  await workbench.choice('Watch').first().click();
  await workbench.choice('1h').click();
  await workbench.notification('Whoever opens it can watch').waitFor();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toContain(`${server.origin}/proxy/`);

  const watcher = await (await chromium.newContext()).newPage();
  await watcher.goto(link);
  const shown = watcher.locator('remote-desktop');
  await until('the link to show the desktop', async () => (await shown.evaluate(viewerState)) === 'live');
  await page.getByRole('tab', { name: 'Deskside' }).click();
  const guest = page.locator('.pane-body .monaco-list-row', { hasText: 'watches' });
  await guest.waitFor();
  await watcher.context().close();
  await guest.waitFor({ state: 'detached' });

  const row = page.locator('.pane-body .monaco-list-row', { hasText: 'Link to watch' });
  await row.hover();
  await page.evaluate(() => navigator.clipboard.writeText(''));
  await row.getByRole('button', { name: 'Copy Link' }).click();
  await until('the link again', async () => {
    return (await page.evaluate(() => navigator.clipboard.readText())) === link;
  });
  await row.hover();
  await row.getByRole('button', { name: 'Revoke Link' }).click();
  await page.locator('.monaco-dialog-box').getByRole('button', { name: 'Revoke' }).click();
  await row.waitFor({ state: 'detached' });
  expect(JSON.parse((await account.deskside(['share', '--list', '--json'])).stdout)).toEqual([]);
});

test('the desktop and the editor have one clipboard', async ({ workbench, account }) => {
  const { page } = workbench;
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const element = await openPanel(workbench);
  using xclip = new Xclip(await desktopOf(account));
  await element.click({ position: { x: 60, y: 200 } });
  xclip.copy('copied on the desktop');
  await until('the text to be in the editor', async () => {
    return (await page.evaluate(() => navigator.clipboard.readText())) === 'copied on the desktop';
  });
  await page.evaluate(() => navigator.clipboard.writeText('copied in the editor'));
  // The focus comes back from where it was copied.
  await page.locator('.explorer-folders-view').click();
  await element.click({ position: { x: 60, y: 200 } });
  await page.keyboard.press('Control+v');
  await until(
    'the text to be on the desktop',
    async () => String(await xclip.paste()) === 'copied in the editor',
  );
});

test('files of the explorer are dropped on the desktop, and those of the desktop saved in the workspace', async ({
  workbench,
  server,
  account,
}) => {
  await mkdir(join(server.workspace, 'tree'), { recursive: true });
  await writeFile(join(server.workspace, 'tree/leaf.txt'), 'from the editor');
  const element = await openPanel(workbench);
  // What the explorer gives to whom it is dragged to; the drag itself is the workbench's own.
  const drop = (path: string) =>
    element.evaluate(
      (desktop, uri) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.setData('text/uri-list', uri);
        desktop.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true }));
      },
      `vscode-remote://${new URL(server.origin).host}${path}`,
    );
  await drop(join(server.workspace, 'tree'));
  const downloads = join(account.home, 'Downloads');
  await until('the file on the desktop', async () => {
    return (await readFile(join(downloads, 'tree/leaf.txt'), 'utf8')) === 'from the editor';
  });
  // Nothing but what belongs to the workspace: a page could ask for anything.
  await drop('/etc/hostname');
  await workbench.notification('is in no folder of this workspace').waitFor();

  await writeFile(join(downloads, 'result.txt'), 'from the desktop');
  const frame = workbench.webview();
  await frame.locator('.handle').dispatchEvent('click');
  await frame.getByRole('button', { name: 'Files' }).click();
  await frame.getByRole('button', { name: 'result.txt' }).click();
  await workbench.save('result.txt');
  await until('the file in the workspace', async () => {
    return (await readFile(join(server.workspace, 'result.txt'), 'utf8')) === 'from the desktop';
  });

  // A webview has no cookie, and an archive nobody knows the size of before.
  await frame.getByRole('button', { name: 'Download this folder' }).click();
  await workbench.save('Downloads.tar');
  const read = ['-xOf', join(server.workspace, 'Downloads.tar'), './result.txt'];
  await until('the folder in the workspace', async () => {
    return (await execute('tar', read)).stdout === 'from the desktop';
  });

  await element.evaluate((desktop: Element) => {
    const huge = Object.defineProperty(new Blob(), 'size', { value: 2 ** 29 });
    (desktop as Element & { saveFile(file: Blob, name: string): void }).saveFile(huge, 'huge.bin');
  });
  await workbench.notification('huge.bin is larger than 256 MB').waitFor();
});
