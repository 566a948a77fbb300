import { html, nothing, type TemplateResult } from 'lit';
import { language, t } from '../words/words.ts';
import { icons } from './icons.ts';
import { LAYOUTS } from './keyboard-layouts.ts';
import type { Preferences } from './preferences.ts';
import { chordName, chordOf, SHORTCUT_ACTIONS, type ShortcutAction } from './shortcuts.ts';

export interface KeyboardPanel {
  preferences: Preferences;
  /** A keyboard with Cmd and Option. */
  apple: boolean;
  /** The shortcut that waits for its new keys. */
  recording: ShortcutAction | undefined;
  /** The name of the layout that the desktop has, where that is known. */
  desktopLayout: string | undefined;
}

export interface KeyboardPanelActions {
  pressChord(codes: readonly string[]): void;
  type(text: string): void;
  prefer(preferences: Preferences): void;
  record(action: ShortcutAction | undefined): void;
}

/** Keys that browsers or operating systems keep for themselves, by `KeyboardEvent.code`. */
const KEPT_KEYS: readonly (readonly [string, readonly string[]])[] = [
  ['Ctrl+Alt+Del', ['ControlLeft', 'AltLeft', 'Delete']],
  ['Alt+Tab', ['AltLeft', 'Tab']],
  ['Alt+F4', ['AltLeft', 'F4']],
  ['Super', ['MetaLeft']],
  ['Ctrl+W', ['ControlLeft', 'KeyW']],
  ['Ctrl+T', ['ControlLeft', 'KeyT']],
  ['Ctrl+N', ['ControlLeft', 'KeyN']],
  ['Print', ['PrintScreen']],
  ['Esc', ['Escape']],
  ...Array.from({ length: 12 }, (_, index) => [`F${index + 1}`, [`F${index + 1}`]] as const),
];

/** Sends keys that never reach a page, types text, and lets people choose how their keys are taken. */
export function keyboardPanel(panel: KeyboardPanel, actions: KeyboardPanelActions): TemplateResult {
  return html`<header>
      <h1 id="keyboard-title">${t('keyboard.title')}</h1>
      <form method="dialog"><button class="tool" aria-label=${t('close')} title=${t('close')}>${icons.close}</button></form>
    </header>
    <p>${t('keyboard.kept')}</p>
    <div class="chips">
      ${KEPT_KEYS.map(([name, codes]) => html`<button class="chip" @click=${() => actions.pressChord(codes)}>${name}</button>`)}
    </div>
    ${typing(actions)}
    ${shortcuts(panel, actions)}
    ${layout(panel, actions)}
    ${panel.apple ? appleKeys(panel, actions) : nothing}`;
}

function typing({ type }: KeyboardPanelActions): TemplateResult {
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const text = String(new FormData(form).get('text'));
    form.closest('dialog')!.close();
    type(text);
  };
  return html`<p id="typing">${t('keyboard.type')}</p>
    <form class="typing" @submit=${submit}>
      <textarea name="text" rows="2" required maxlength="100000" aria-labelledby="typing" spellcheck="false"></textarea>
      <button class="chip">${t('keyboard.type.now')}</button>
    </form>`;
}

function shortcuts(panel: KeyboardPanel, actions: KeyboardPanelActions): TemplateResult {
  return html`<p>${t('keyboard.shortcuts')}</p>
    <table>${SHORTCUT_ACTIONS.map((action) => shortcut(action, panel, actions))}</table>`;
}

function shortcut(
  action: ShortcutAction,
  panel: KeyboardPanel,
  actions: KeyboardPanelActions,
): TemplateResult {
  const { preferences, recording } = panel;
  const chord = preferences.shortcuts[action];
  const does = t(`shortcut.${action}`);
  const set = (to: string): void =>
    actions.prefer({ ...preferences, shortcuts: { ...preferences.shortcuts, [action]: to } });
  const take = (event: KeyboardEvent | PointerEvent): void => {
    if (recording !== action) return;
    event.stopPropagation();
    const taken = chordOf(event);
    if (taken === undefined) return;
    event.preventDefault();
    set(taken);
    actions.record(undefined);
  };
  const start = (event: PointerEvent): void => {
    if (chordOf(event) === undefined) actions.record(action);
  };
  return html`<tr>
    <th scope="row">${does}</th>
    <td>
      <button class="chip" aria-label=${t('keyboard.change', { does })} @keydown=${take} @pointerdown=${take}
        @click=${start} @blur=${() => actions.record(undefined)}>
        ${recording === action ? t('keyboard.recording') : chordName(chord) || t('keyboard.off')}
      </button>
      ${chord ? html`<button class="tool" title=${t('keyboard.turn-off', { does })} aria-label=${t('keyboard.turn-off', { does })} @click=${() => set('')}>${icons.close}</button>` : nothing}
    </td>
  </tr>`;
}

function layout(
  { preferences, desktopLayout }: KeyboardPanel,
  { prefer }: KeyboardPanelActions,
): TemplateResult {
  const choose = ({ target }: Event): void =>
    prefer({ ...preferences, layout: (target as HTMLSelectElement).value || undefined });
  const follows = desktopLayout
    ? t('keyboard.layout.follows', { layout: layoutTitle(desktopLayout) })
    : t('keyboard.layout.auto');
  return html`<label class="row">
    <span>${t('keyboard.layout')}</span>
    <select @change=${choose}>
      <option value="" ?selected=${preferences.layout === undefined}>${follows}</option>
      ${LAYOUTS.map((name) => html`<option value=${name} ?selected=${preferences.layout === name}>${layoutTitle(name)}</option>`)}
    </select>
  </label>`;
}

function appleKeys({ preferences }: KeyboardPanel, { prefer }: KeyboardPanelActions): TemplateResult[] {
  return (['cmdIsCtrl', 'optionTypes'] as const).map((name) => {
    const change = ({ target }: Event): void => {
      const { checked } = target as HTMLInputElement;
      prefer({ ...preferences, appleKeys: { ...preferences.appleKeys, [name]: checked } });
    };
    return html`<label class="row">
      <span>${t(`keyboard.apple.${name}`)}</span>
      <input type="checkbox" .checked=${preferences.appleKeys[name]} @change=${change} />
    </label>`;
  });
}

/** Layouts are named by their countries; what is not, is named by itself. */
function layoutTitle(name: string): string {
  const [country, variant] = name.split('/');
  const title =
    country!.length === 2
      ? new Intl.DisplayNames([language()], { type: 'region' }).of(country!.toUpperCase())
      : country;
  return variant ? `${title} (${variant})` : title!;
}
