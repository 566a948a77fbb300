import * as vscode from 'vscode';
import { type Remedy, UserError } from './errors.ts';

const DOCUMENTATION = 'https://github.com/deskside/deskside#readme';

/** Shows an error with a button for each remedy; anything but a `UserError` is a fault of ours and goes to the log. */
export async function reportError(error: unknown, log: vscode.LogOutputChannel): Promise<void> {
  if (isCancellation(error)) return;
  log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  const message = error instanceof Error ? error.message : String(error);
  const remedies = error instanceof UserError ? error.remedies : (['log'] as const);
  const actions = remedies.map((remedy) => ({ title: titleOf(remedy), remedy }));
  const chosen = await vscode.window.showErrorMessage(message, ...actions);
  if (chosen) await carryOut(chosen.remedy, log);
}

function isCancellation(error: unknown): boolean {
  return error instanceof vscode.CancellationError || (error instanceof Error && error.name === 'AbortError');
}

function titleOf(remedy: Remedy): string {
  const titles: Record<Remedy, string> = {
    log: vscode.l10n.t('Show Log'),
    doctor: vscode.l10n.t('Check the Desktop'),
    retry: vscode.l10n.t('Try Again'),
    signIn: vscode.l10n.t('Sign In'),
    documentation: vscode.l10n.t('Show How'),
    trust: vscode.l10n.t('Manage Trust'),
  };
  return titles[remedy];
}

async function carryOut(remedy: Remedy, log: vscode.LogOutputChannel): Promise<void> {
  switch (remedy) {
    case 'log':
      log.show();
      return;
    case 'doctor':
      await vscode.commands.executeCommand('deskside.doctor');
      return;
    case 'retry':
      await vscode.commands.executeCommand('deskside.open');
      return;
    case 'signIn':
      await vscode.commands.executeCommand('deskside.coder.signIn');
      return;
    case 'trust':
      await vscode.commands.executeCommand('workbench.trust.manage');
      return;
    case 'documentation':
      await vscode.env.openExternal(vscode.Uri.parse(DOCUMENTATION));
  }
}
