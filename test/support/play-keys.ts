/** One event of a keyboard, as a browser tells it. */
export interface KeyAct {
  type: 'keydown' | 'keyup';
  code: string;
  key: string;
  shiftKey?: boolean;
  ctrlKey?: boolean;
  modifierAltGraph?: boolean;
  /** What the browser writes where the page lets it. */
  text?: string;
}

/**
 * Runs inside a page: its `<remote-desktop>` sees these keys, and the browser writes what that leaves to it. Neither
 * DevTools nor WebDriver can press AltGr or a dead key.
 */
export function playKeys(desktop: Element, acts: readonly KeyAct[]): void {
  const target = desktop.shadowRoot!.querySelector('textarea')!;
  for (const { type, text, ...state } of acts) {
    const event = new KeyboardEvent(type, { ...state, bubbles: true, cancelable: true, composed: true });
    if (target.dispatchEvent(event) && text !== undefined) document.execCommand('insertText', false, text);
  }
}
