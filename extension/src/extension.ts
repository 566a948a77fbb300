import * as vscode from 'vscode';
import type { Desk } from './desk.ts';
import { DebugVariables } from './environment.ts';
import type { PanelState } from './panel/panel.ts';
import { PANEL_TYPE } from './panel/type.ts';
import { DesktopTree } from './tree.ts';

/**
 * Entry of the extension in a host with Node: desktop VS Code, Remote-SSH, dev containers, code-server, tunnels. Says
 * what there is; what does it is loaded at its first use.
 */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Deskside', { log: true });
  const tree = new DesktopTree(async () => (await desk()).list());
  let loaded: Promise<Desk> | undefined;
  const desk = () => {
    loaded ??= import('./desk.ts').then(({ createDesk }) => {
      const made = createDesk(context, log, tree);
      context.subscriptions.push(made);
      return made;
    });
    return loaded;
  };
  const register = (name: string) =>
    vscode.commands.registerCommand(name, async (...args: unknown[]) => (await desk()).run(name, args));
  const commands: { command: string }[] = context.extension.packageJSON.contributes.commands;
  const view = vscode.window.createTreeView('deskside.desktops', { treeDataProvider: tree });
  tree.show(view.visible);
  context.subscriptions.push(
    log,
    ...commands.map(({ command }) => register(command)),
    view,
    view.onDidChangeVisibility(({ visible }) => tree.show(visible)),
    vscode.window.registerWebviewPanelSerializer(PANEL_TYPE, {
      deserializeWebviewPanel: async (panel, state: PanelState | undefined) =>
        (await desk()).panels.deserializeWebviewPanel(panel, state),
    }),
    vscode.debug.registerDebugConfigurationProvider(
      '*',
      new DebugVariables(async () => (await desk()).variables()),
    ),
  );
}
