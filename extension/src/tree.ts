import * as vscode from 'vscode';
import type { Deskside, Running, Share } from './desktops/deskside.ts';
import { configuredName, findDeskside } from './desktops/local.ts';

/** What stands in the view. */
export type Node = { kind: 'desktop'; deskside: Deskside; status: Running } | { kind: 'share'; share: Share };

/** The view "Desktops": the one of this workspace, and the links that let others in. */
export class DesktopTree implements vscode.TreeDataProvider<Node> {
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;

  refresh(): void {
    this.#changed.fire(undefined);
  }

  getTreeItem(node: Node): vscode.TreeItem {
    return node.kind === 'desktop' ? desktopItem(node.status) : shareItem(node.share);
  }

  async getChildren(parent?: Node): Promise<Node[]> {
    if (parent?.kind === 'share') return [];
    if (parent) return (await parent.deskside.shares()).map((share) => ({ kind: 'share', share }));
    const deskside = await findDeskside();
    const status = await deskside?.status();
    return deskside && status?.state === 'running' ? [{ kind: 'desktop', deskside, status }] : [];
  }
}

function desktopItem({ display, port }: Running): vscode.TreeItem {
  const item = new vscode.TreeItem(configuredName(), vscode.TreeItemCollapsibleState.Expanded);
  item.description = `${display} · ${vscode.l10n.t('port {0}', port)}`;
  item.iconPath = new vscode.ThemeIcon('vm-running');
  item.contextValue = 'localDesktop';
  item.command = { command: 'deskside.open', title: vscode.l10n.t('Open') };
  return item;
}

function shareItem({ id, role, expires }: Share): vscode.TreeItem {
  const label = role === 'viewer' ? vscode.l10n.t('Link to watch') : vscode.l10n.t('Link to control');
  const item = new vscode.TreeItem(label);
  item.id = id;
  item.description = vscode.l10n.t('until {0}', new Date(expires).toLocaleString());
  item.iconPath = new vscode.ThemeIcon('link');
  item.contextValue = 'share';
  return item;
}
