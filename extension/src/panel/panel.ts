import * as vscode from 'vscode';
import type { Address, Desktop } from '../desktops/desktop.ts';
import { UserError } from '../errors.ts';
import { reportError } from '../report.ts';
import { readDropped, saveFile, tooLarge } from './files.ts';
import type { KeyboardStatus } from './keyboard.ts';
import { type FromPage, parseFromPage, type ToPage } from './messages.ts';
import { webviewHtml } from './page.ts';

/** How often a desktop that is gone is looked for, ms: one run of `deskside status` costs a tenth of a second. */
const FOLLOW_EVERY = 2000;

/** Latest figures of a desktop that is shown, for the status bar. */
export interface Statistics {
  fps: number;
  /** Capture to screen, ms; undefined while nothing moves. */
  latency?: number | undefined;
  transport: string;
}

export interface PanelEvents {
  /** There are other figures, or the panel came to the front or left it. */
  onFigures(): void;
  /** Other people are there, or other links. */
  onPeopleChanged(): void;
  onDisposed(panel: DesktopPanel): void;
  log: vscode.LogOutputChannel;
}

/** What `WebviewPanelSerializer` gets back after a reload of the window. */
export interface PanelState {
  desktop: string;
}

/** One desktop in one webview panel. */
export class DesktopPanel implements vscode.Disposable {
  readonly desktop: Desktop;
  readonly #panel: vscode.WebviewPanel;
  readonly #keyboard: KeyboardStatus;
  readonly #events: PanelEvents;
  readonly #extensionUri: vscode.Uri;
  readonly #subscriptions: vscode.Disposable[] = [];
  #address: Address;
  /** Where the page reaches it. */
  #base: URL | undefined;
  #way: 'socket' | 'iframe' = 'socket';
  #figures: Statistics | 'framed' | undefined;
  #follow: NodeJS.Timeout | undefined;
  #reading: Promise<string> | undefined;

  constructor(
    panel: vscode.WebviewPanel,
    desktop: Desktop,
    address: Address,
    extensionUri: vscode.Uri,
    keyboard: KeyboardStatus,
    events: PanelEvents,
  ) {
    this.#panel = panel;
    this.desktop = desktop;
    this.#address = address;
    this.#keyboard = keyboard;
    this.#extensionUri = extensionUri;
    this.#events = events;
    panel.iconPath = vscode.Uri.joinPath(extensionUri, 'media/icon.svg');
    panel.webview.options = {
      enableScripts: true,
      localResourceRoots: [vscode.Uri.joinPath(extensionUri, 'dist')],
    };
    this.#subscriptions.push(
      panel.webview.onDidReceiveMessage((message) => this.#receive(message)),
      panel.onDidChangeViewState(() => {
        if (!panel.active) keyboard.release(this);
        events.onFigures();
      }),
      panel.onDidDispose(() => this.#disposed()),
    );
  }

  get active(): boolean {
    return this.#panel.active;
  }

  get visible(): boolean {
    return this.#panel.visible;
  }

  /** What is known of a live desktop; one that is shown as a page in a frame tells no figures. */
  get figures(): Statistics | 'framed' | undefined {
    return this.#figures;
  }

  /** Loads the page; called again after the desktop was started anew under another port or token. */
  async show(address: Address = this.#address): Promise<void> {
    this.#address = address;
    const base = await externalBase(address);
    this.#base = base;
    // A page begins without it.
    this.#keyboard.release(this);
    const file = (name: string) => vscode.Uri.joinPath(this.#extensionUri, 'dist', name);
    const media = {
      element: file('remote-desktop.js'),
      script: file('webview.js'),
      style: file('webview.css'),
    };
    this.#panel.webview.html = webviewHtml(
      this.#panel.webview,
      media,
      base,
      crypto.randomUUID().replaceAll('-', ''),
    );
  }

  reveal(): void {
    this.#panel.reveal();
  }

  /** Puts a PNG into the person's clipboard; only a page can, the editor's own clipboard takes text alone. */
  copyPicture(png: Uint8Array): void {
    this.reveal();
    this.#send({ type: 'copy-picture', png });
  }

  releaseKeyboard(): void {
    this.#send({ type: 'release-keyboard' });
    this.#keyboard.release(this);
  }

  /** The desktop's page outside VS Code; the token is exchanged for a cookie there. */
  async openInBrowser(): Promise<void> {
    const { base, token } = this.#address;
    await vscode.env.openExternal(token ? base.with({ query: `token=${encodeURIComponent(token)}` }) : base);
  }

  dispose(): void {
    this.#panel.dispose();
  }

  #receive(raw: unknown): void {
    const message = parseFromPage(raw);
    if (!message) {
      this.#events.log.warn('The webview sent a message that is not of its page; it was ignored.');
      return;
    }
    void this.#handle(message).catch((error: unknown) => reportError(error, this.#events.log));
  }

  async #handle(message: FromPage): Promise<void> {
    switch (message.type) {
      case 'ready':
        this.#open();
        return;
      case 'keyboard':
        if (message.owner === 'desktop') this.#keyboard.take(this);
        else this.#keyboard.release(this);
        return;
      case 'statistics':
        this.#measured(message);
        return;
      case 'connected':
        clearInterval(this.#follow);
        this.#events.log.info(`${this.desktop.label}: connected`);
        return;
      case 'disconnected':
        this.#measured(undefined);
        this.#events.log.info(`${this.desktop.label}: ${message.reason}`);
        if (message.reason === 'lost') this.#followDesktop();
        return;
      case 'people-changed':
        this.#events.onPeopleChanged();
        return;
      case 'framed':
        this.#measured('framed');
        return;
      case 'socket-refused':
        this.#way = 'iframe';
        this.#events.log.info(
          'This host refuses the webview a socket of its own; the page is shown in a frame.',
        );
        this.#open();
        return;
      case 'clipboard-write':
        return vscode.env.clipboard.writeText(message.text);
      case 'clipboard-read':
        this.#send({ type: 'clipboard', text: await this.#readClipboard() });
        return;
      case 'picture-copied':
        if (message.problem === undefined) {
          void vscode.window.showInformationMessage(vscode.l10n.t('The picture is in the clipboard.'));
          return;
        }
        throw new UserError(
          vscode.l10n.t(
            'This editor let no picture into the clipboard ({0}). Use Screenshot to Editor instead.',
            message.problem,
          ),
        );
      case 'dropped':
        this.#send({ type: 'upload', files: await readDropped(message.uris) });
        return;
      case 'save':
        return saveFile(message.name, message.bytes);
      case 'too-large':
        throw tooLarge(message.name);
    }
  }

  /** In a browser that keeps it from the editor, the editor asks the person, once a question, and answers after them. */
  #readClipboard(): Promise<string> {
    this.#reading ??= Promise.resolve(vscode.env.clipboard.readText()).finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  #measured(figures: Statistics | 'framed' | undefined): void {
    this.#figures = figures;
    this.#events.onFigures();
  }

  /** The viewer reconnects by itself, but not to a desktop that was started again at another port. */
  #followDesktop(): void {
    clearInterval(this.#follow);
    this.#follow = setInterval(async () => {
      const address = await this.desktop.current().catch(() => undefined);
      if (!address || address.base.toString() === this.#address.base.toString()) return;
      clearInterval(this.#follow);
      await this.show(address);
    }, FOLLOW_EVERY);
  }

  #open(): void {
    if (!this.#base) return;
    const configuration = vscode.workspace.getConfiguration('deskside');
    const { token } = this.#address;
    this.#send({
      type: 'open',
      desktop: this.desktop.id,
      base: this.#base.href,
      view: configuration.get<'fit' | '1:1'>('view', 'fit'),
      releaseChord: configuration.get<string>('releaseKeyboardChord', 'Ctrl+Alt+Escape'),
      way: this.#way,
      ...(token ? { token } : {}),
    });
  }

  #send(message: ToPage): void {
    void this.#panel.webview.postMessage(message);
  }

  #disposed(): void {
    clearInterval(this.#follow);
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#keyboard.release(this);
    this.#events.onPeopleChanged();
    this.desktop.dispose();
    this.#events.onDisposed(this);
  }
}

/** The port's address is asked for and the path added here: code-server's answer has none. */
async function externalBase({ base }: Address): Promise<URL> {
  const port = await vscode.env.asExternalUri(base.with({ path: '/' }));
  const url = new URL(port.toString(true));
  url.pathname = url.pathname.replace(/\/*$/, base.path);
  return url;
}
