import * as vscode from 'vscode';
import type { CoderDesktops } from './coder/desktops.ts';
import type { Running } from './desktops/deskside.ts';
import { configuredName, findDeskside, LocalDesktop, requireDeskside } from './desktops/local.ts';
import { DebugVariables, desktopVariables, setTerminalVariables } from './environment.ts';
import { UserError } from './errors.ts';
import { PANEL_TYPE } from './panel/panel.ts';
import { Panels } from './panel/panels.ts';
import { reportError } from './report.ts';
import { fileToRun, runFile, runTask } from './run.ts';
import { screenshotToEditor, takeScreenshot } from './screenshot.ts';
import { copyShare, revokeShare, shareDesktop } from './shares.ts';
import { DesktopTree, type Node } from './tree.ts';

/** Entry of the extension in a host with Node: desktop VS Code, Remote-SSH, dev containers, code-server, tunnels. */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Deskside', { log: true });
  let loaded: Promise<CoderDesktops> | undefined;
  /** Loaded at its first use: whoever works in a workspace never needs it, and activation is to be quick. */
  const coder = () => {
    loaded ??= import('./coder/desktops.ts').then(
      ({ CoderDesktops }) => new CoderDesktops(context.secrets, context.globalState, log),
    );
    return loaded;
  };
  const tree = new DesktopTree();
  const environment = new DesktopEnvironment(context.environmentVariableCollection);

  const panels = new Panels(context, log, async (id) =>
    id.startsWith('local:') ? new LocalDesktop(id.slice('local:'.length)) : (await coder()).restore(id),
  );

  const openLocal = async () => {
    await panels.open(new LocalDesktop(configuredName()));
    await environment.refresh();
    tree.refresh();
  };
  const open = async () => {
    if (await findDeskside()) return openLocal();
    // A window on the person's own machine has no desktop of a workspace; a remote one should have had one.
    if (vscode.env.remoteName === undefined && (await (await coder()).known())) return openCoder();
    if (vscode.env.remoteName !== undefined || vscode.env.uiKind === vscode.UIKind.Web) return openLocal();
    return openCoder();
  };
  const openCoder = async () => {
    const desktop = await (await coder()).choose();
    if (desktop) await panels.open(desktop);
  };
  const runWith = async (run: (variables: Record<string, string>) => Promise<unknown>) => {
    const variables = await environment.started();
    if (vscode.workspace.getConfiguration('deskside').get('openOnRun', true)) await openLocal();
    await run(variables);
  };

  const commands: Record<string, (...args: never[]) => unknown> = {
    'deskside.open': open,
    'deskside.openInBrowser': () => requirePanel(panels).openInBrowser(),
    'deskside.openInNewWindow': () =>
      vscode.commands.executeCommand('workbench.action.moveEditorToNewWindow'),
    'deskside.releaseKeyboard': () => panels.releaseKeyboard(),
    'deskside.runFile': (uri?: vscode.Uri) => {
      // Before the panel takes the place of the active editor.
      const file = fileToRun(uri);
      return runWith((variables) => runFile(file, variables));
    },
    'deskside.runTask': () => runWith((variables) => runTask(variables)),
    'deskside.screenshot': () => screenshotToEditor(configuredName()),
    'deskside.copyScreenshot': async () => {
      const panel = requirePanel(panels);
      panel.copyPicture(await takeScreenshot(configuredName()));
    },
    'deskside.share': async () => (await shareDesktop()) && tree.refresh(),
    'deskside.copyShare': (node: Node) => node.kind === 'share' && copyShare(node.share),
    'deskside.revokeShare': async (node: Node) =>
      node.kind === 'share' && (await revokeShare(node.share)) && tree.refresh(),
    'deskside.doctor': showDoctor,
    'deskside.stop': async () => {
      await (await requireDeskside(configuredName())).stop();
      environment.clear();
      tree.refresh();
    },
    'deskside.showLog': () => log.show(),
    'deskside.refresh': () => tree.refresh(),
    'deskside.coder.open': openCoder,
    'deskside.coder.signIn': async () => (await coder()).signIn(),
    'deskside.coder.signOut': async () => (await coder()).signOut(),
  };

  for (const [name, run] of Object.entries(commands)) {
    const guarded = async (...args: unknown[]) => {
      try {
        return await run(...(args as never[]));
      } catch (error) {
        await reportError(error, log);
        return undefined;
      }
    };
    context.subscriptions.push(vscode.commands.registerCommand(name, guarded));
  }
  context.subscriptions.push(
    log,
    panels,
    panels.onPeople(({ desktop, people }) => {
      if (desktop.id === new LocalDesktop(configuredName()).id) tree.people = people;
    }),
    vscode.window.registerTreeDataProvider('deskside.desktops', tree),
    vscode.window.registerWebviewPanelSerializer(PANEL_TYPE, panels),
    vscode.debug.registerDebugConfigurationProvider('*', new DebugVariables(() => environment.variables)),
  );
  void environment.refresh().catch((error: unknown) => log.warn(String(error)));
}

/** The variables of this workspace's desktop, kept in step with it. */
class DesktopEnvironment {
  readonly #collection: vscode.EnvironmentVariableCollection;
  variables: Record<string, string> = {};

  constructor(collection: vscode.EnvironmentVariableCollection) {
    this.#collection = collection;
  }

  /** Reads what runs; starts nothing. */
  async refresh(): Promise<void> {
    const deskside = await findDeskside();
    const status = await deskside?.status();
    if (status?.state === 'running') this.#set(status);
    else this.clear();
  }

  /** Starts the desktop where it is not running. */
  async started(): Promise<Record<string, string>> {
    const deskside = await requireDeskside(configuredName());
    this.#set(await deskside.start(AbortSignal.timeout(60_000)));
    return this.variables;
  }

  clear(): void {
    this.variables = {};
    this.#collection.clear();
  }

  #set(status: Running): void {
    const wanted = vscode.workspace.getConfiguration('deskside').get('setDisplay', true);
    this.variables = desktopVariables(status);
    if (wanted) setTerminalVariables(this.#collection, this.variables);
    else this.#collection.clear();
  }
}

async function showDoctor(): Promise<void> {
  const { executable, args } = (await requireDeskside(configuredName())).doctorCommand;
  const terminal = vscode.window.createTerminal({ name: 'deskside doctor' });
  terminal.show();
  terminal.sendText(
    [executable, ...args].map((part) => `'${part.replaceAll("'", String.raw`'\''`)}'`).join(' '),
  );
}

function requirePanel(panels: Panels) {
  const panel = panels.active;
  if (!panel) throw new UserError(vscode.l10n.t('Open the remote desktop first.'), 'retry');
  return panel;
}
