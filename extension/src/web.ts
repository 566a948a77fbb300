import * as vscode from 'vscode';

/**
 * Entry of the extension in a host without Node (vscode.dev): it can start no program and open no bridge, so the
 * desktop is opened as a page of its own, and what needs more stays hidden (`!isWeb || remoteName` in the manifest).
 */
export function activate(context: vscode.ExtensionContext): void {
  const open = async () => {
    const address = await vscode.window.showInputBox({
      title: vscode.l10n.t('Open Remote Desktop'),
      prompt: vscode.l10n.t(
        'This editor has no workspace of its own. Paste the address that "deskside url" prints.',
      ),
      ignoreFocusOut: true,
      validateInput: (text) =>
        /^https?:\/\//.test(text) && URL.canParse(text)
          ? undefined
          : vscode.l10n.t('Write an address with https://'),
    });
    if (address) await vscode.env.openExternal(vscode.Uri.parse(address, true));
  };
  context.subscriptions.push(
    vscode.commands.registerCommand('deskside.open', open),
    vscode.commands.registerCommand('deskside.openInBrowser', open),
  );
}
