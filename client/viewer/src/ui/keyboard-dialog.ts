import { html, type TemplateResult } from 'lit';
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
      <h1 id="keyboard-title">Keys</h1>
      <form method="dialog"><button class="tool" aria-label="Close" title="Close">${icons.close}</button></form>
    </header>
    <p>Click the desktop and type: every key goes there, by its place on the keyboard. These stay with this page:</p>
    <table>
      ${SHORTCUTS.map(({ keys, does }) => html`<tr><th scope="row"><kbd>${keys}</kbd></th><td>${does}</td></tr>`)}
    </table>
    <p>Keys that your browser or system keeps for itself, to send from here:</p>
    <div class="chips">
      ${KEPT_KEYS.map(([name, codes]) => html`<button class="chip" @click=${() => pressChord(codes)}>${name}</button>`)}
    </div>
  </dialog>`;
}
