import * as vscode from 'vscode';

export type KeyboardOwner = 'desktop' | 'editor';

/** Says who has the keyboard: a context key for key bindings and an item in the status bar. */
export class KeyboardStatus implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem(
    'deskside.keyboard',
    vscode.StatusBarAlignment.Right,
    101,
  );
  #owner: KeyboardOwner = 'editor';

  constructor() {
    this.#item.name = vscode.l10n.t('Deskside keyboard');
    this.#item.command = 'deskside.releaseKeyboard';
    this.set('editor');
  }

  get owner(): KeyboardOwner {
    return this.#owner;
  }

  set(owner: KeyboardOwner): void {
    this.#owner = owner;
    void vscode.commands.executeCommand('setContext', 'deskside.keyboard', owner);
    if (owner === 'editor') {
      this.#item.hide();
      return;
    }
    const chord = vscode.workspace.getConfiguration('deskside').get<string>('releaseKeyboardChord', '');
    this.#item.text = `$(keyboard) ${vscode.l10n.t('Keyboard: desktop')}`;
    this.#item.tooltip = vscode.l10n.t(
      'Every key goes to the desktop. {0} gives the keyboard back to the editor.',
      chord,
    );
    this.#item.show();
  }

  dispose(): void {
    this.set('editor');
    this.#item.dispose();
  }
}
