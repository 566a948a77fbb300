import { tmpdir } from 'node:os';
import * as vscode from 'vscode';
import type { Desktop } from './desktops/desktop.ts';

/** Takes a picture of the desktop and opens it in the editor; saved below the workspace where there is one. */
export async function screenshotToEditor(desktop: Pick<Desktop, 'screenshot'>): Promise<vscode.Uri> {
  const target = targetOf(new Date());
  await vscode.workspace.fs.writeFile(target, await desktop.screenshot());
  await vscode.commands.executeCommand('vscode.open', target, vscode.ViewColumn.Active);
  return target;
}

function targetOf(now: Date): vscode.Uri {
  const name = `desktop-${now.toISOString().slice(0, 19).replaceAll(':', '')}.png`;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(tmpdir());
  return vscode.Uri.joinPath(folder, name);
}
