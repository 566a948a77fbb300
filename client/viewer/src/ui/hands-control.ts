import {
  html,
  nothing,
  type ReactiveController,
  type ReactiveControllerHost,
  type TemplateResult,
} from 'lit';
import { thisPlatform, type Viewer } from '../core/index.ts';
import type * as KeyboardPanel from './keyboard-panel.ts';
import { loadPreferences, type Preferences, savePreferences } from './preferences.ts';
import type { ShortcutAction } from './shortcuts.ts';

/** How a person's hands are taken, and the panel in which that is chosen, which is loaded when it is first opened. */
export class HandsControl implements ReactiveController {
  readonly #host: ReactiveControllerHost & { renderRoot: ParentNode };
  readonly #viewer: () => Viewer | undefined;
  #preferences = loadPreferences();
  #panel: typeof KeyboardPanel | undefined;
  /** The shortcut that waits for its new keys. */
  #recording: ShortcutAction | undefined;

  constructor(host: ReactiveControllerHost & { renderRoot: ParentNode }, viewer: () => Viewer | undefined) {
    this.#host = host;
    this.#viewer = viewer;
    host.addController(this);
  }

  get preferences(): Preferences {
    return this.#preferences;
  }

  hostDisconnected(): void {
    this.#recording = undefined;
  }

  /** Tells a new viewer. */
  apply(): void {
    const { appleKeys, touch, layout } = this.#preferences;
    const hands = this.#viewer()?.hands;
    if (hands) Object.assign(hands, { appleKeys, touchMode: touch, layout });
  }

  toggleTouch(): void {
    const touch = this.#preferences.touch === 'direct' ? 'trackpad' : 'direct';
    this.#prefer({ ...this.#preferences, touch });
  }

  toggleSoftKeyboard(): void {
    const { hands } = this.#viewer()!;
    hands.softKeyboard = !hands.softKeyboard;
    this.#host.requestUpdate();
  }

  async showPanel(): Promise<void> {
    this.#panel ??= await import('./keyboard-panel.ts');
    this.#host.requestUpdate();
    await this.#host.updateComplete;
    this.#host.renderRoot.querySelector<HTMLDialogElement>('#keyboard')!.showModal();
  }

  renderPanel(): TemplateResult {
    return html`<dialog id="keyboard" aria-labelledby="keyboard-title" closedby="any">
      ${this.#panel ? this.#renderContent(this.#panel) : nothing}
    </dialog>`;
  }

  #renderContent({ keyboardPanel }: typeof KeyboardPanel): TemplateResult {
    const state = {
      preferences: this.#preferences,
      apple: thisPlatform().apple,
      recording: this.#recording,
      desktopLayout: this.#viewer()?.desktopLayout,
    };
    return keyboardPanel(state, {
      pressChord: (codes) => this.#viewer()?.hands.pressChord(codes),
      type: (text) => this.#viewer()?.hands.type(text),
      prefer: (preferences) => this.#prefer(preferences),
      record: (action) => {
        this.#recording = action;
        this.#host.requestUpdate();
      },
    });
  }

  #prefer(preferences: Preferences): void {
    this.#preferences = preferences;
    savePreferences(preferences);
    this.apply();
    this.#host.requestUpdate();
  }
}
