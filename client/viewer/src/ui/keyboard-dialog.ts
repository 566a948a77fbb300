import { html, type TemplateResult } from 'lit';
import { t } from '../words/words.ts';
import { icons } from './icons.ts';
import { SHORTCUTS } from './shortcuts.ts';

/** Keys that browsers or operating systems keep for themselves, by `KeyboardEvent.code`. */
const KEPT_KEYS: readonly (readonly [string, readonly string[]])[] = [
  ['Ctrl+Alt+Del', ['ControlLeft', 'AltLeft', 'Delete']],
  ['Alt+Tab', ['AltLeft', 'Tab']],
  ['Alt+F4', ['AltLeft', 'F4']],
  ['Super', ['MetaLeft']],
  ['Ctrl+W', ['ControlLeft', 'KeyW']],
  ['Ctrl+T', ['ControlLeft', 'KeyT']],
  ['Ctrl+N', ['ControlLeft', 'KeyN']],
  ['F11', ['F11']],
  ['Print', ['PrintScreen']],
];

/** Explains the page's own shortcuts and sends keys that never reach a page. */
export function keyboardDialog(pressChord: (codes: readonly string[]) => void): TemplateResult {
  return html`<dialog id="keyboard" aria-labelledby="keyboard-title" closedby="any">
    <header>
      <h1 id="keyboard-title">${t('keyboard.title')}</h1>
      <form method="dialog"><button class="tool" aria-label=${t('close')} title=${t('close')}>${icons.close}</button></form>
    </header>
    <p>${t('keyboard.text')}</p>
    <table>
      ${SHORTCUTS.map(({ keys, action }) => html`<tr><th scope="row"><kbd>${keys}</kbd></th><td>${t(`shortcut.${action}`)}</td></tr>`)}
    </table>
    <p>${t('keyboard.kept')}</p>
    <div class="chips">
      ${KEPT_KEYS.map(([name, codes]) => html`<button class="chip" @click=${() => pressChord(codes)}>${name}</button>`)}
    </div>
  </dialog>`;
}
