import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { requireDeskside } from './desktops/local.ts';

/** Takes a picture of the desktop and opens it in the editor; saved below the workspace where there is one. */
export async function screenshotToEditor(place: string): Promise<vscode.Uri> {
  const target = targetOf(new Date());
  await vscode.workspace.fs.writeFile(target, await takeScreenshot(place));
  await vscode.commands.executeCommand('vscode.open', target, vscode.ViewColumn.Active);
  return target;
}

/** A picture of the desktop, PNG. */
export async function takeScreenshot(place: string): Promise<Uint8Array> {
  const deskside = await requireDeskside(place);
  const folder = await mkdtemp(join(tmpdir(), 'deskside-'));
  try {
    const file = join(folder, 'desktop.png');
    await deskside.screenshot(file);
    // Not a Buffer, which no message to a webview can hold.
    return new Uint8Array(await readFile(file));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function targetOf(now: Date): vscode.Uri {
  const name = `desktop-${now.toISOString().slice(0, 19).replaceAll(':', '')}.png`;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(tmpdir());
  return vscode.Uri.joinPath(folder, name);
}
