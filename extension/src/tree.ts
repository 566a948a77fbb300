import * as vscode from 'vscode';
import type { Listed, Person, Share } from './desktops/deskside.ts';

/** What stands in the view; `place` says which desktop (see `LocalDesktop`). */
export type Node =
  | { kind: 'desktop'; place: string; desktop: Listed }
  | { kind: 'person'; place: string; person: Person }
  | { kind: 'share'; place: string; share: Share };

/** The view "Desktops": those that run on this machine, who is there, and the links that let others in. */
export class DesktopTree implements vscode.TreeDataProvider<Node> {
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #list: () => Promise<Listed[]>;
  #visible = false;
  /** As shown. */
  #desktops: Listed[] | undefined;

  constructor(list: () => Promise<Listed[]>) {
    this.#list = list;
  }

  /** The view came into sight or went out of it. */
  show(visible: boolean): void {
    this.#visible = visible;
    this.refresh();
  }

  /** Looks what there is now, where the view is in sight. What is shown stays until then: the editor forgets at once. */
  refresh(): void {
    if (this.#visible) void this.#look();
  }

  getTreeItem(node: Node): vscode.TreeItem {
    if (node.kind === 'desktop') return desktopItem(node.place, node.desktop);
    return node.kind === 'person' ? personItem(node.place, node.person) : shareItem(node.share);
  }

  async getChildren(parent?: Node): Promise<Node[]> {
    if (parent?.kind === 'desktop') return childrenOf(parent.place, parent.desktop);
    if (parent) return [];
    this.#desktops ??= await this.#list();
    return this.#desktops.map((desktop) => ({
      kind: 'desktop',
      place: desktop.stateDir ?? desktop.name,
      desktop,
    }));
  }

  async #look(): Promise<void> {
    // Where that fails, the view says why when it asks itself.
    const desktops = await this.#list().catch(() => undefined);
    if (desktops && JSON.stringify(desktops) === JSON.stringify(this.#desktops)) return;
    this.#desktops = desktops;
    this.#changed.fire(undefined);
  }
}

function childrenOf(place: string, { people, links }: Listed): Node[] {
  return [
    ...people.map((person) => ({ kind: 'person', place, person }) as const),
    ...links.map((share) => ({ kind: 'share', place, share }) as const),
  ];
}

function desktopItem(place: string, { name, display, port, stateDir }: Listed): vscode.TreeItem {
  const item = new vscode.TreeItem(name, vscode.TreeItemCollapsibleState.Expanded);
  item.id = place;
  item.description = `${display} · ${vscode.l10n.t('port {0}', port)}`;
  if (stateDir) item.tooltip = stateDir;
  item.iconPath = new vscode.ThemeIcon('vm-running');
  item.contextValue = 'localDesktop';
  item.command = {
    command: 'deskside.open',
    title: vscode.l10n.t('Open'),
    arguments: [{ kind: 'desktop', place } satisfies Pick<Node, 'kind' | 'place'>],
  };
  return item;
}

function personItem(place: string, { viewer, role, label, owner }: Person): vscode.TreeItem {
  const item = new vscode.TreeItem(label || (owner ? vscode.l10n.t('Owner') : vscode.l10n.t('Guest')));
  item.id = `${place} ${viewer}`;
  item.description = role === 'viewer' ? vscode.l10n.t('watches') : vscode.l10n.t('has the keyboard');
  item.iconPath = new vscode.ThemeIcon(role === 'viewer' ? 'eye' : 'person');
  return item;
}

function shareItem({ id, role, label: whom, expires }: Share): vscode.TreeItem {
  const label = role === 'viewer' ? vscode.l10n.t('Link to watch') : vscode.l10n.t('Link to control');
  const item = new vscode.TreeItem(label);
  item.id = id;
  const until = vscode.l10n.t('until {0}', new Date(expires).toLocaleString());
  item.description = whom ? `${whom} · ${until}` : until;
  item.iconPath = new vscode.ThemeIcon('link');
  item.contextValue = 'share';
  return item;
}
