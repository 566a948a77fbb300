import * as vscode from 'vscode';
import type { Deskside, Running, Share } from './desktops/deskside.ts';
import { configuredName, findDeskside } from './desktops/local.ts';
import type { Person } from './panel/messages.ts';

/** What stands in the view. */
export type Node =
  | { kind: 'desktop'; deskside: Deskside; status: Running }
  | { kind: 'person'; person: Person }
  | { kind: 'share'; share: Share };

/** The view "Desktops": the one of this workspace, who is there, and the links that let others in. */
export class DesktopTree implements vscode.TreeDataProvider<Node> {
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  #people: readonly Person[] = [];

  /** Who is at the desktop of this workspace; known while it is shown. */
  set people(people: readonly Person[]) {
    this.#people = people;
    this.refresh();
  }

  refresh(): void {
    this.#changed.fire(undefined);
  }

  getTreeItem(node: Node): vscode.TreeItem {
    if (node.kind === 'desktop') return desktopItem(node.status);
    return node.kind === 'person' ? personItem(node.person) : shareItem(node.share);
  }

  async getChildren(parent?: Node): Promise<Node[]> {
    if (parent?.kind === 'desktop') {
      const people = this.#people.map((person) => ({ kind: 'person', person }) as const);
      const shares = await parent.deskside.shares();
      return [...people, ...shares.map((share) => ({ kind: 'share', share }) as const)];
    }
    if (parent) return [];
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

function personItem({ viewer, role, label, owner }: Person): vscode.TreeItem {
  const item = new vscode.TreeItem(label || (owner ? vscode.l10n.t('Owner') : vscode.l10n.t('Guest')));
  item.id = viewer;
  item.description = role === 'viewer' ? vscode.l10n.t('watches') : vscode.l10n.t('has the keyboard');
  item.iconPath = new vscode.ThemeIcon(role === 'viewer' ? 'eye' : 'person');
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
