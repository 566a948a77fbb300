import * as vscode from 'vscode';
import type { Desktop } from '../desktops/desktop.ts';
import { reportError } from '../report.ts';
import { KeyboardStatus } from './keyboard.ts';
import { DesktopPanel, type PanelState, type Statistics } from './panel.ts';
import { PANEL_TYPE } from './type.ts';

/** Settings that a page has from its beginning. */
const PAGE_SETTINGS = ['deskside.view', 'deskside.releaseKeyboardChord'];

/** All panels of this window: at most one a desktop. */
export class Panels implements vscode.WebviewPanelSerializer<PanelState>, vscode.Disposable {
  readonly #context: vscode.ExtensionContext;
  readonly #log: vscode.LogOutputChannel;
  readonly #keyboard = new KeyboardStatus();
  readonly #panels = new Map<string, DesktopPanel>();
  /** By the id of the desktop that is being connected. */
  readonly #opening = new Map<string, Promise<DesktopPanel>>();
  readonly #status = vscode.window.createStatusBarItem(
    'deskside.statistics',
    vscode.StatusBarAlignment.Right,
    100,
  );
  readonly #restore: (id: string) => Promise<Desktop>;
  readonly #people = new vscode.EventEmitter<void>();
  /** Somebody came to a desktop that is shown, or left it, or there are other links. */
  readonly onPeopleChanged = this.#people.event;

  readonly #configuration: vscode.Disposable;

  /** @param restore finds a desktop again by its id after a reload of the window */
  constructor(
    context: vscode.ExtensionContext,
    log: vscode.LogOutputChannel,
    restore: (id: string) => Promise<Desktop>,
  ) {
    this.#context = context;
    this.#log = log;
    this.#restore = restore;
    this.#status.name = vscode.l10n.t('Deskside');
    this.#status.command = 'deskside.open';
    this.#showFigures();
    this.#status.show();
    this.#configuration = vscode.workspace.onDidChangeConfiguration((event) => {
      if (PAGE_SETTINGS.some((name) => event.affectsConfiguration(name))) void this.#reload();
    });
  }

  /** Connects, with a progress notification, and shows the panel beside the editor; or reveals the one there is. */
  async open(desktop: Desktop): Promise<DesktopPanel> {
    const open = this.#panels.get(desktop.id);
    if (!open) return this.#once(desktop.id, () => this.#openNew(desktop));
    open.reveal();
    return open;
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: PanelState | undefined): Promise<void> {
    try {
      if (!state) panel.dispose();
      else await this.#once(state.desktop, () => this.#reopen(panel, state.desktop));
    } catch (error) {
      panel.dispose();
      // The message waits for the person, and the editor for this panel.
      void reportError(error, this.#log);
    }
  }

  get active(): DesktopPanel | undefined {
    return [...this.#panels.values()].find((panel) => panel.active);
  }

  /** The active one, or else one that is seen beside what is. */
  get inFront(): DesktopPanel | undefined {
    return this.active ?? [...this.#panels.values()].find((panel) => panel.visible);
  }

  releaseKeyboard(): void {
    for (const panel of this.#panels.values()) panel.releaseKeyboard();
  }

  dispose(): void {
    for (const panel of [...this.#panels.values()]) panel.dispose();
    this.#configuration.dispose();
    this.#keyboard.dispose();
    this.#status.dispose();
    this.#people.dispose();
  }

  async #reload(): Promise<void> {
    for (const panel of this.#panels.values()) await panel.show();
  }

  /** Of the desktop in front, else of one that is live. */
  #showFigures(): void {
    const figures = (this.active ?? [...this.#panels.values()].find((panel) => panel.figures))?.figures;
    if (figures === 'framed') this.#showFramed();
    else if (figures) this.#showStatistics(figures);
    else this.#showNothing();
  }

  #showNothing(): void {
    this.#status.text = '$(vm)';
    this.#status.tooltip = vscode.l10n.t('Open Remote Desktop');
  }

  #showStatistics({ latency, fps, transport }: Statistics): void {
    // Nothing has a latency while nothing moves.
    this.#status.text = `$(vm-running) ${latency === undefined ? '–' : Math.round(latency)} ms · ${Math.round(fps)} fps`;
    this.#status.tooltip = vscode.l10n.t('Remote desktop over {0}', transport);
  }

  #showFramed(): void {
    this.#status.text = '$(vm-running)';
    this.#status.tooltip = vscode.l10n.t(
      'The desktop is shown as a page in a frame: this host refuses the panel a socket of its own.',
    );
  }

  /** Whoever asks again while a desktop is being connected gets the same panel. */
  #once(id: string, open: () => Promise<DesktopPanel>): Promise<DesktopPanel> {
    const opening = this.#opening.get(id) ?? open().finally(() => this.#opening.delete(id));
    this.#opening.set(id, opening);
    return opening;
  }

  async #openNew(desktop: Desktop): Promise<DesktopPanel> {
    if (!desktop.near) {
      const address = await this.#connect(desktop);
      return this.#adopt(createPanel(desktop), desktop, address);
    }
    const panel = createPanel(desktop);
    try {
      return await this.#adopt(panel, desktop, await this.#connect(desktop, panel));
    } catch (error) {
      panel.dispose();
      throw error;
    }
  }

  async #reopen(panel: vscode.WebviewPanel, id: string): Promise<DesktopPanel> {
    const desktop = await this.#restore(id);
    return this.#adopt(panel, desktop, await this.#connect(desktop, panel));
  }

  /** @param panel given up once this is closed */
  #connect(desktop: Desktop, panel?: vscode.WebviewPanel) {
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: desktop.label,
      cancellable: true,
    };
    return vscode.window.withProgress(options, async (progress, cancellation) => {
      const abort = new AbortController();
      const subscriptions = [
        cancellation.onCancellationRequested(() => abort.abort()),
        panel?.onDidDispose(() => abort.abort()),
      ];
      try {
        const address = await desktop.connect((message) => progress.report({ message }), abort.signal);
        abort.signal.throwIfAborted();
        return address;
      } finally {
        for (const subscription of subscriptions) subscription?.dispose();
      }
    });
  }

  async #adopt(
    webviewPanel: vscode.WebviewPanel,
    desktop: Desktop,
    address: Awaited<ReturnType<Desktop['connect']>>,
  ): Promise<DesktopPanel> {
    const panel = new DesktopPanel(
      webviewPanel,
      desktop,
      address,
      this.#context.extensionUri,
      this.#keyboard,
      {
        onFigures: () => this.#showFigures(),
        onPeopleChanged: () => this.#people.fire(),
        onDisposed: () => {
          this.#panels.delete(desktop.id);
          this.#showFigures();
        },
        log: this.#log,
      },
    );
    this.#panels.set(desktop.id, panel);
    await panel.show();
    return panel;
  }
}

function createPanel({ label }: Desktop): vscode.WebviewPanel {
  return vscode.window.createWebviewPanel(
    PANEL_TYPE,
    label,
    // With no editor open, Beside opens in the first group, which is where it belongs then.
    { viewColumn: vscode.ViewColumn.Beside, preserveFocus: false },
    { enableScripts: true },
  );
}
