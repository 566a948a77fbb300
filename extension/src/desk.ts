import * as vscode from 'vscode';
import type { CoderDesktops } from './coder/desktops.ts';
import type { Listed, Running } from './desktops/deskside.ts';
import { configuredName, findDeskside, LocalDesktop, requireDeskside } from './desktops/local.ts';
import { desktopVariables, setTerminalVariables } from './environment.ts';
import { UserError } from './errors.ts';
import { Panels } from './panel/panels.ts';
import { reportError } from './report.ts';
import { chooseTask, fileToRun, requireTrust, runFile, runTask } from './run.ts';
import { screenshotToEditor } from './screenshot.ts';
import { copyShare, revokeShare, shareDesktop } from './shares.ts';
import type { DesktopTree, Node } from './tree.ts';

/** When to look for the desktop, so that new terminals find it, where nothing else did by then, ms: the editor is at rest. */
const LOOK_AFTER = 3000;

/** What the extension does once somebody wants it. */
export interface Desk extends vscode.Disposable {
  /** Runs a command of the manifest; what goes wrong is told to the person. */
  run(command: string, args: unknown[]): Promise<unknown>;
  /** Every desktop of this person on the machine. */
  list(): Promise<Listed[]>;
  readonly panels: Panels;
  /** By which programs find the desktop of this workspace; none while it does not run. */
  variables(): Promise<Record<string, string>>;
}

export function createDesk(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
  tree: DesktopTree,
): Desk {
  let loaded: Promise<CoderDesktops> | undefined;
  /** Loaded at its first use: whoever works in a workspace never needs it. */
  const coder = () => {
    loaded ??= import('./coder/desktops.ts').then(
      ({ CoderDesktops }) => new CoderDesktops(context.secrets, context.globalState, log),
    );
    return loaded;
  };
  const environment = new DesktopEnvironment(context.environmentVariableCollection);

  const panels = new Panels(context, log, async (id) =>
    id.startsWith('local:') ? new LocalDesktop(id.slice('local:'.length)) : (await coder()).restore(id),
  );

  const openLocal = async (place?: string) => {
    const desktop = new LocalDesktop(place);
    await panels.open(desktop);
    if (desktop.place === configuredName()) await environment.learn(desktop.running);
    tree.refresh();
  };
  /** @param given a desktop of the view; an editor's title gives its file instead */
  const open = async (given?: Partial<Node>) => {
    if (given?.kind === 'desktop') return openLocal(given.place);
    if (await findDeskside()) return openLocal();
    // A window on the person's own machine has no desktop of a workspace; a remote one should have had one.
    if (vscode.env.remoteName === undefined && (await (await coder()).known())) return openCoder();
    if (vscode.env.remoteName === undefined && vscode.env.uiKind !== vscode.UIKind.Web) return openCoder();
    await requireDeskside();
    return undefined;
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

  /** The one that the person looks at; that of this workspace where no panel shows one. */
  const desktopInFront = () => panels.inFront?.desktop ?? new LocalDesktop();

  const commands: Record<string, (...args: never[]) => unknown> = {
    'deskside.open': open,
    'deskside.openInBrowser': () => requirePanel(panels).openInBrowser(),
    'deskside.openInNewWindow': () =>
      vscode.commands.executeCommand('workbench.action.moveEditorToNewWindow'),
    'deskside.releaseKeyboard': () => panels.releaseKeyboard(),
    'deskside.runFile': (uri?: vscode.Uri) => {
      requireTrust();
      // Before the panel takes the place of the active editor.
      const file = fileToRun(uri);
      return runWith((variables) => runFile(file, variables));
    },
    'deskside.runTask': async () => {
      requireTrust();
      // First, since a panel that opens takes the focus.
      const task = await chooseTask();
      return task && runWith((variables) => runTask(task, variables));
    },
    'deskside.screenshot': () => screenshotToEditor(desktopInFront()),
    'deskside.copyScreenshot': async () => {
      const panel = requirePanel(panels);
      panel.copyPicture(await panel.desktop.screenshot());
    },
    'deskside.share': async (node?: Node) => (await shareDesktop(node?.place)) && tree.refresh(),
    'deskside.copyShare': (node?: Node) => node?.kind === 'share' && copyShare(node.share),
    'deskside.revokeShare': async (node?: Node) =>
      node?.kind === 'share' && (await revokeShare(node.place, node.share)) && tree.refresh(),
    'deskside.doctor': showDoctor,
    'deskside.stop': async (node?: Node) => {
      await (await requireDeskside(node?.place)).stop();
      await environment.refresh();
      tree.refresh();
    },
    'deskside.showLog': () => log.show(),
    'deskside.refresh': () => tree.refresh(),
    'deskside.coder.open': openCoder,
    'deskside.coder.signIn': async () => (await coder()).signIn(),
    'deskside.coder.signOut': async () => (await coder()).signOut(),
  };

  const subscriptions = [panels, panels.onPeopleChanged(() => tree.refresh())];
  const look = async () => {
    if (!environment.known) await environment.refresh().catch((error: unknown) => log.warn(String(error)));
  };
  const later = setTimeout(look, LOOK_AFTER);
  return {
    async run(command, args) {
      try {
        return await commands[command]!(...(args as never[]));
      } catch (error) {
        await reportError(error, log);
        return undefined;
      }
    },
    list: async () => (await (await findDeskside())?.list()) ?? [],
    panels,
    async variables() {
      await look();
      return environment.variables;
    },
    dispose() {
      clearTimeout(later);
      for (const subscription of subscriptions) subscription.dispose();
    },
  };
}

/** The variables of this workspace's desktop, kept in step with it. */
class DesktopEnvironment {
  readonly #collection: vscode.EnvironmentVariableCollection;
  variables: Record<string, string> = {};
  /** Whether somebody has looked since the window was opened. */
  known = false;

  constructor(collection: vscode.EnvironmentVariableCollection) {
    this.#collection = collection;
  }

  /** Reads what runs; starts nothing. */
  async refresh(): Promise<void> {
    this.known = true;
    const deskside = await findDeskside();
    const status = await deskside?.status();
    if (status?.state === 'running') this.#set(status);
    else this.#clear();
  }

  /** The same where somebody knows already. */
  async learn(running: Running | undefined): Promise<void> {
    if (running) this.#set(running);
    else await this.refresh();
  }

  /** Starts the desktop where it is not running. */
  async started(): Promise<Record<string, string>> {
    const deskside = await requireDeskside();
    this.#set(await deskside.start(AbortSignal.timeout(60_000)));
    return this.variables;
  }

  #clear(): void {
    this.variables = {};
    this.#collection.clear();
  }

  #set(status: Running): void {
    this.known = true;
    const wanted = vscode.workspace.getConfiguration('deskside').get('setDisplay', true);
    this.variables = desktopVariables(status);
    if (wanted) setTerminalVariables(this.#collection, this.variables);
    else this.#collection.clear();
  }
}

async function showDoctor(): Promise<void> {
  const { executable, args } = (await requireDeskside()).doctorCommand;
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
