import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import * as vscode from 'vscode';

/** What the person reaches from the palette, the menus and the walkthrough. */
const COMMANDS = [
  'deskside.open',
  'deskside.openInBrowser',
  'deskside.openInNewWindow',
  'deskside.releaseKeyboard',
  'deskside.runFile',
  'deskside.runTask',
  'deskside.screenshot',
  'deskside.copyScreenshot',
  'deskside.share',
  'deskside.doctor',
  'deskside.stop',
  'deskside.showLog',
  'deskside.coder.open',
  'deskside.coder.signIn',
  'deskside.coder.signOut',
];

function extension(): vscode.Extension<unknown> {
  const found = vscode.extensions.getExtension('deskside.deskside');
  assert.ok(found, 'the extension is installed');
  return found;
}

suite('the extension in its host', () => {
  test('it does nothing until it is wanted, and then quickly', async () => {
    assert.equal(extension().isActive, false);
    const before = performance.now();
    await extension().activate();
    console.log(
      `NOTICE: the extension was activated in ${(performance.now() - before).toFixed(0)} ms, the round trips of the editor included`,
    );
    assert.equal(extension().isActive, true);
  });

  test('every command of the manifest is there', async () => {
    const there = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(
      COMMANDS.filter((command) => !there.has(command)),
      [],
    );
    const declared = extension().packageJSON.contributes.commands.map(
      ({ command }: { command: string }) => command,
    );
    assert.deepEqual(
      declared.filter((command: string) => !there.has(command)),
      [],
    );
  });

  test('the settings have the values that the documentation gives', () => {
    const settings = vscode.workspace.getConfiguration('deskside');
    assert.equal(settings.get('view'), 'fit');
    assert.equal(settings.get('releaseKeyboardChord'), 'Ctrl+Alt+Escape');
    assert.equal(settings.get('setDisplay'), true);
    assert.equal(settings.get('coder.appSlug'), 'deskside');
  });

  test('a workspace without a desktop opens no panel', async () => {
    // The message waits for the person: the command ends when it is dismissed.
    void vscode.commands.executeCommand('deskside.open');
    await vscode.commands.executeCommand('notifications.clearAll');
    const panels = vscode.window.tabGroups.all
      .flatMap(({ tabs }) => tabs)
      .filter(({ label }) => label === 'Remote Desktop');
    assert.deepEqual(panels, []);
  });
});
