import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import {
  type ConnectionState,
  decodableCodecs,
  type GivenFile,
  type Notice,
  type Person,
  type Size,
  type Statistics,
  type TextClipboard,
  type TransportWish,
  type View,
  Viewer,
} from '../core/index.ts';
import { t, useLanguage } from '../words/words.ts';
import { AutoHide } from './auto-hide.ts';
import { clipboardDialog } from './clipboard-dialog.ts';
import { FileExchange, type SaveFile } from './file-exchange.ts';
import { HandsControl } from './hands-control.ts';
import { microphoneLight } from './microphone-control.ts';
import { type IdleNotice, notices } from './notices.ts';
import type { Panel, PanelContext } from './panel.ts';
import { styles } from './remote-desktop.styles.ts';
import { shortcutOf } from './shortcuts.ts';
import { stateCard } from './state-card.ts';
import { StatisticsHistory } from './statistics-history.ts';
import { toolbar } from './toolbar.ts';

export interface RemoteDesktopEventMap {
  connected: CustomEvent<{ desktop: string; role: 'controller' | 'viewer' }>;
  disconnected: CustomEvent<{ reason: 'lost' | 'ended' | 'refused' }>;
  stats: CustomEvent<Statistics>;
  people: CustomEvent<readonly Person[]>;
}

/**
 * A desktop in a page.
 *
 * Attributes (and properties of the same names):
 * - `src`: the desktop's address; relative to the page, default the page itself
 * - `token`: its token, where no cookie carries it
 * - `view`: `fit` (default) or `1:1`
 * - `resize`: `auto` (default): the desktop follows the size of this element, where it may; `off`: it keeps its own;
 *   a size such as `1920x1080`: it has that, device pixels
 * - `transport`: `auto` (default), `webrtc` or `websocket`
 * - `controls`: show the toolbar
 * - `lang`: the language of its words, a BCP 47 tag; default the browser's. All desktops of a page speak one language
 *
 * Properties `clipboard`: a clipboard in place of the browser's (see TextClipboard); `saveFile`: keeps files that come
 * from the desktop, in place of the browser's downloads.
 *
 * Events: `connected` {desktop, role}, `disconnected` {reason: lost, ended or refused; after `lost` it reconnects by
 * itself}, `stats` each second while anything moves (see Statistics), `people` for the desktop's owner: who is there (see Person).
 *
 * @abstract Subclasses say where the decoder's worker comes from: a page and an embedded element differ in that.
 */
export abstract class RemoteDesktop extends LitElement {
  static override styles = styles;
  static override properties = {
    src: {},
    token: {},
    view: {},
    resize: {},
    transport: {},
    controls: { type: Boolean },
  };

  declare src: string;
  declare token: string | undefined;
  declare view: View;
  declare resize: 'auto' | 'off' | `${number}x${number}`;
  declare transport: TransportWish;
  declare controls: boolean;

  /** A clipboard in place of the browser's, for programs that embed the desktop. Set it before it connects. */
  clipboard: TextClipboard | undefined;
  /** Keeps files that come from the desktop, in place of the browser's downloads. Set it before it connects. */
  saveFile: SaveFile | undefined;
  #viewer: Viewer | undefined;
  #state: ConnectionState = { name: 'connecting' };
  #hasPicture = false;
  #statistics: Statistics | undefined;
  #notices = new Map<string, Notice>();
  /** When the visit ends for lack of use, as `performance.now()`, ms. */
  #idleEndsAt: number | undefined;
  #history = new StatisticsHistory();
  #panels: Panel[] = [];
  #language: Promise<void> | undefined;
  #countdown: ReturnType<typeof setInterval> | undefined;
  readonly #bar = new AutoHide(this);
  readonly #hands = new HandsControl(this, () => this.#viewer);
  readonly #files = new FileExchange(this, () => ({
    desktop: this.#address,
    token: this.token,
    visit: () => this.#viewer?.visit,
    save: this.saveFile,
  }));

  constructor() {
    super();
    this.src = '.';
    this.view = 'fit';
    this.resize = 'auto';
    this.transport = 'auto';
    this.controls = false;
  }

  /** How the connection stands. */
  get state(): ConnectionState {
    return this.#state;
  }

  protected abstract createWorker(): Worker;

  /** Address of the bundled audio worklet. */
  protected abstract soundWorklet(): string;

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener('keydown', this.#onKeyDown);
    this.addEventListener('pointerdown', this.#onPointerDown);
    document.addEventListener('fullscreenchange', this.#onFullScreenChange);
    if (this.hasUpdated) void this.connect();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('fullscreenchange', this.#onFullScreenChange);
    this.removeEventListener('keydown', this.#onKeyDown);
    this.removeEventListener('pointerdown', this.#onPointerDown);
    clearInterval(this.#countdown);
    this.#viewer?.[Symbol.dispose]();
    this.#viewer = undefined;
  }

  /** Connects (again) with the attributes as they are. */
  async connect(): Promise<void> {
    this.#show({ name: 'connecting' });
    const codecs = await (globalThis.earlyStart?.codecs ?? decodableCodecs());
    if (!this.isConnected) return;
    this.#viewer?.[Symbol.dispose]();
    this.#hasPicture = false;
    const viewer = new Viewer({
      container: this.renderRoot.querySelector<HTMLElement>('.desktop')!,
      desktop: this.#address,
      token: this.token,
      transport: this.transport,
      codecs,
      createWorker: () => this.createWorker(),
      soundWorklet: () => this.soundWorklet(),
      onShortcut: (event) => this.#shortcut(event),
      clipboard: this.clipboard,
    });
    this.#viewer = viewer;
    viewer.view = this.view;
    viewer.desktopSize = this.#desktopSize;
    this.#hands.apply();
    viewer.events.on('state', (state) => this.#change(state));
    viewer.events.on('picture', () => this.#firstPicture());
    viewer.events.on('stats', (statistics) => this.#measured(statistics));
    viewer.events.on('notice', (notice) => this.#notice(notice));
    viewer.events.on('files', (offer) => {
      this.#files.offer = offer;
    });
    viewer.sound.events.on('state', () => this.requestUpdate());
    viewer.microphone.events.on('state', () => this.requestUpdate());
    viewer.clipboard.events.on('change', () => this.requestUpdate());
    viewer.people.events.on('change', () => this.#peopleChanged(viewer.people.people));
    viewer.events.on('idle', (endsIn) => this.#idle(endsIn));
    viewer.connect();
  }

  /** Uploads files, if the desktop takes any; what becomes of them is shown. */
  async uploadFiles(files: readonly GivenFile[]): Promise<void> {
    await this.#files.upload(files);
  }

  /** Ends the connection until `connect()`. */
  disconnect(): void {
    this.#viewer?.disconnect();
  }

  /** As the event `stats` tells; undefined while there is no picture. */
  get statistics(): Statistics | undefined {
    return this.#viewer?.statistics;
  }

  /** From now on keys go to the desktop. */
  override focus(): void {
    this.#viewer?.focus();
  }

  /** Nothing is shown before it can be said in the person's language. */
  protected override async scheduleUpdate(): Promise<void> {
    this.#language ??= useLanguage(this.lang ? [this.lang] : navigator.languages);
    await this.#language;
    super.scheduleUpdate();
  }

  protected override firstUpdated(): void {
    void this.connect();
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('view') && this.#viewer) this.#viewer.view = this.view;
    if (changed.has('transport') && this.#viewer) this.#viewer.transport = this.transport;
    if (changed.has('resize') && this.#viewer) this.#viewer.desktopSize = this.#desktopSize;
    const moved = changed.get('src') !== undefined || (changed.has('token') && this.hasUpdated);
    if (moved && this.#viewer) {
      this.#files.forget();
      void this.connect();
    }
  }

  protected override render(): TemplateResult {
    const card = stateCard(this.#state, this.#hasPicture, this.#address.host, this.#cardActions);
    // The first picture does not wait for a toolbar that is hidden.
    const hasToolbar = this.controls && (this.#hasPicture || this.#bar.shown);
    return html`
      <div class="desktop ${card === nothing ? '' : 'dimmed'}" part="desktop"></div>
      <div class="overlay" role="status" aria-live="polite" ?hidden=${card === nothing}>${card}</div>
      ${hasToolbar && this.#state.name === 'live' ? this.#toolbar(this.#state) : nothing}
      ${this.#viewer ? microphoneLight(this.#viewer.microphone) : nothing}
      ${notices([...this.#notices.values()], this.#idleNotice, (code) => this.#dismiss(code))}
      ${this.#viewer ? clipboardDialog(this.#viewer.clipboard) : nothing}
      ${this.#files.render()}
      ${this.#hands.renderPanel()}
      ${this.#panels}
    `;
  }

  get #address(): URL {
    return new URL(this.src, document.baseURI);
  }

  readonly #cardActions = {
    connect: (): void => void this.connect(),
    retryNow: (): void => this.#viewer?.retryNow(),
    signIn: (token: string): void => {
      this.token = token;
      void this.connect();
    },
  };

  #toolbar(state: Extract<ConnectionState, { name: 'live' }>): TemplateResult {
    const bar = toolbar(
      {
        state,
        shown: this.#bar.shown,
        view: this.view,
        resizable: this.#viewer?.resizable ?? false,
        desktopSize: this.resize,
        soft: this.#viewer?.hands.softKeyboard,
        touch: this.#hands.preferences.touch,
        fullScreen: document.fullscreenElement === this,
        canFullScreen: document.fullscreenEnabled,
        sound: this.#viewer!.sound,
        microphone: this.#viewer!.microphone,
        statistics: this.#statistics,
        others: state.owner ? this.#viewer!.people.people.length - 1 : undefined,
        clipboard: this.#viewer?.clipboard.policy.in || this.#viewer?.clipboard.policy.out || false,
        files: this.#files.offer !== undefined,
      },
      {
        show: () => this.#bar.hold(),
        setView: (view) => {
          this.view = view;
        },
        setDesktopSize: (size) => {
          this.resize = size as typeof this.resize;
        },
        lockPointer: () => void this.#lockPointer(),
        toggleSoftKeyboard: () => this.#hands.toggleSoftKeyboard(),
        toggleTouch: () => this.#hands.toggleTouch(),
        toggleFullScreen: () => void this.#toggleFullScreen(),
        showKeyboard: () => void this.#hands.showPanel(),
        showClipboard: () => this.#showDialog('#clipboard'),
        showFiles: () => void this.#files.show(),
        showPeople: () => void this.#open(async () => (await import('./people-panel.ts')).PeoplePanel),
        showStatistics: () =>
          void this.#open(async () => (await import('./statistics-dialog.ts')).StatisticsDialog),
        disconnect: () => this.disconnect(),
      },
    );
    const hold = (): void => this.#bar.hold();
    const release = (): void => this.#bar.release();
    return html`<div @pointerenter=${hold} @pointerleave=${release} @focusin=${hold} @focusout=${release}>${bar}</div>`;
  }

  /** Opens a panel whose file comes only now. */
  async #open(load: () => Promise<new (context: PanelContext) => Panel>): Promise<void> {
    const Type = await load();
    if (!this.#viewer) return;
    const panel = new Type({ viewer: this.#viewer, history: this.#history, address: this.#address });
    // One at a time: those that were closed have left the page.
    this.#panels = [panel];
    this.requestUpdate();
    await this.updateComplete;
    await panel.show();
  }

  get #desktopSize(): 'window' | Size | undefined {
    const [width, height] = this.resize.split('x').map(Number);
    if (width && height) return { width, height };
    return this.resize === 'off' ? undefined : 'window';
  }

  async #lockPointer(): Promise<void> {
    try {
      await this.#viewer?.hands.togglePointerLock();
    } catch {
      this.#notice({
        type: 'notice',
        level: 'warning',
        code: 'pointer-lock',
        message: t('pointer-lock.refused'),
      });
    }
  }

  #showDialog(selector: string): void {
    this.renderRoot.querySelector<HTMLDialogElement>(selector)!.showModal();
  }

  #change(state: ConnectionState): void {
    const before = this.#state.name;
    if (state.name === 'live') {
      this.#announce('connected', { desktop: state.desktop, role: state.role });
      if (this.#hasPicture) this.#takeFocus();
    } else if (before === 'live' || state.name === 'refused') {
      const reason = state.name === 'reconnecting' ? 'lost' : state.name === 'refused' ? 'refused' : 'ended';
      this.#announce('disconnected', { reason });
      this.#notices.clear();
    }
    this.#show(state);
  }

  /** Keys go to the desktop that is seen, unless the page has something else that takes them. */
  #takeFocus(): void {
    if (document.activeElement === document.body) this.focus();
  }

  #show(state: ConnectionState): void {
    this.#state = state;
    if (state.name !== 'live') {
      this.#panels = [];
      this.#idleEndsAt = undefined;
    }
    clearInterval(this.#countdown);
    if (state.name === 'reconnecting') this.#countDown();
    this.requestUpdate();
  }

  #countDown(): void {
    this.#countdown = setInterval(() => this.requestUpdate(), 250);
  }

  #idle(endsIn: number | undefined): void {
    this.#idleEndsAt = endsIn === undefined ? undefined : performance.now() + endsIn;
    clearInterval(this.#countdown);
    if (endsIn !== undefined) this.#countDown();
    this.requestUpdate();
  }

  get #idleNotice(): IdleNotice | undefined {
    const endsAt = this.#idleEndsAt;
    return endsAt === undefined ? undefined : { endsAt, stay: () => this.#viewer?.active() };
  }

  #firstPicture(): void {
    this.#hasPicture = true;
    this.#takeFocus();
    this.#bar.hold();
    this.#bar.release();
    this.requestUpdate();
  }

  #measured(statistics: Statistics): void {
    this.#statistics = statistics;
    this.#history.add(statistics);
    this.#announce('stats', statistics);
    if (this.#bar.shown) this.requestUpdate();
  }

  #notice(notice: Notice): void {
    if (notice.over) this.#notices.delete(notice.code);
    else this.#notices.set(notice.code, notice);
    this.requestUpdate();
  }

  #dismiss(code: string): void {
    this.#notices.delete(code);
    this.requestUpdate();
  }

  readonly #onFullScreenChange = (): void => {
    // Then keys come here that the browser and the system keep otherwise, where the browser can do that.
    const { keyboard } = navigator as Navigator & { keyboard?: { lock(): Promise<void>; unlock(): void } };
    if (document.fullscreenElement === this) keyboard?.lock?.().catch(() => {});
    else keyboard?.unlock?.();
    this.requestUpdate();
  };

  /** Clicks on the desktop itself tell of themselves. */
  readonly #onPointerDown = (event: PointerEvent): void => {
    const onDesktop = event.composedPath().includes(this.renderRoot.querySelector('.desktop')!);
    if (!onDesktop && this.#state.name === 'live') this.#viewer?.active();
  };

  readonly #onKeyDown = (event: KeyboardEvent): void => {
    if (this.#shortcut(event)) event.preventDefault();
    // Escape closes what is open on top first.
    else if (event.key === 'Escape' && !this.renderRoot.querySelector(':popover-open, dialog[open]')) {
      this.#backToDesktop();
    }
  };

  #shortcut(event: KeyboardEvent | PointerEvent): boolean {
    const { shortcuts } = this.#hands.preferences;
    const action = this.controls && this.#state.name === 'live' ? shortcutOf(event, shortcuts) : undefined;
    if (action === 'full-screen') void this.#toggleFullScreen();
    if (action === 'toolbar') void this.#toggleToolbar();
    if (action === 'pointer-lock') void this.#lockPointer();
    return action !== undefined;
  }

  async #toggleToolbar(): Promise<void> {
    if (this.renderRoot.querySelector('.toolbar:focus-within')) return this.#backToDesktop();
    this.#bar.hold();
    await this.updateComplete;
    // Those in the menu of a narrow toolbar are not there.
    [...this.renderRoot.querySelectorAll<HTMLButtonElement>('.toolbar button')]
      .find((button) => button.checkVisibility())
      ?.focus();
  }

  #backToDesktop(): void {
    this.#bar.hide();
    this.focus();
  }

  async #toggleFullScreen(): Promise<void> {
    if (document.fullscreenElement === this) await document.exitFullscreen();
    else await this.requestFullscreen();
  }

  #peopleChanged(people: readonly Person[]): void {
    this.requestUpdate();
    this.#announce('people', people);
  }

  #announce<K extends keyof RemoteDesktopEventMap>(
    name: K,
    detail: RemoteDesktopEventMap[K]['detail'],
  ): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }
}
