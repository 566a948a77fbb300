import * as vscode from 'vscode';
import { configuredName, findDeskside } from './desktops/local.ts';

/** The view "Desktops": the one of this workspace and what it says of itself. */
export class DesktopTree implements vscode.TreeDataProvider<vscode.TreeItem> {
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;

  refresh(): void {
    this.#changed.fire(undefined);
  }

  getTreeItem(item: vscode.TreeItem): vscode.TreeItem {
    return item;
  }

  async getChildren(parent?: vscode.TreeItem): Promise<vscode.TreeItem[]> {
    if (parent) return [];
    const deskside = await findDeskside();
    const status = await deskside?.status();
    if (status?.state !== 'running') return [];
    const item = new vscode.TreeItem(configuredName(), vscode.TreeItemCollapsibleState.None);
    item.description = `${status.display} · ${vscode.l10n.t('port {0}', status.port)}`;
    item.iconPath = new vscode.ThemeIcon('vm-running');
    item.contextValue = 'localDesktop';
    item.command = { command: 'deskside.open', title: vscode.l10n.t('Open') };
    return [item];
  }
}
