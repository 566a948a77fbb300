import * as vscode from 'vscode';

/** Says who has the keyboard: a context key for key bindings and an item in the status bar. */
export class KeyboardStatus implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem(
    'deskside.keyboard',
    vscode.StatusBarAlignment.Right,
    101,
  );
  /** The panel that has it. */
  #holder: object | undefined;

  constructor() {
    this.#item.name = vscode.l10n.t('Deskside keyboard');
    this.#item.command = 'deskside.releaseKeyboard';
    this.#tell('editor');
  }

  /** A panel has the keyboard from now on. */
  take(panel: object): void {
    this.#holder = panel;
    this.#tell('desktop');
    const chord = vscode.workspace.getConfiguration('deskside').get<string>('releaseKeyboardChord', '');
    this.#item.text = `$(keyboard) ${vscode.l10n.t('Keyboard: desktop')}`;
    this.#item.tooltip = vscode.l10n.t(
      'Every key goes to the desktop. {0} gives the keyboard back to the editor.',
      chord,
    );
    this.#item.show();
  }

  /** A panel has it no more: nothing new where another took it already, since panels are not told in order. */
  release(panel: object): void {
    if (this.#holder !== panel) return;
    this.#holder = undefined;
    this.#tell('editor');
    this.#item.hide();
  }

  dispose(): void {
    if (this.#holder) this.release(this.#holder);
    this.#item.dispose();
  }

  #tell(owner: 'desktop' | 'editor'): void {
    void vscode.commands.executeCommand('setContext', 'deskside.keyboard', owner);
  }
}
