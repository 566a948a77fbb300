import type { CDPSession, Page } from 'playwright-core';

/** Keys as a keyboard of any layout gives them, through the browser's own input. */
export class Keys {
  readonly #devtools: CDPSession;

  static async of(page: Page): Promise<Keys> {
    return new Keys(await page.context().newCDPSession(page));
  }

  private constructor(devtools: CDPSession) {
    this.#devtools = devtools;
  }

  /** @param key `KeyboardEvent.key`; `modifiers`: 1 Alt, 2 Ctrl, 4 Meta, 8 Shift */
  async press(code: string, key: string, modifiers = 0): Promise<void> {
    await this.down(code, key, modifiers);
    await this.up(code, key, modifiers);
  }

  async down(code: string, key: string, modifiers = 0): Promise<void> {
    const text = [...key].length === 1 && (modifiers & 7) === 0 ? { text: key } : {};
    await this.#devtools.send('Input.dispatchKeyEvent', { type: 'keyDown', code, key, modifiers, ...text });
  }

  async up(code: string, key: string, modifiers = 0): Promise<void> {
    await this.#devtools.send('Input.dispatchKeyEvent', { type: 'keyUp', code, key, modifiers });
  }

  /** What an input method shows before it is settled. */
  async compose(text: string): Promise<void> {
    const end = text.length;
    await this.#devtools.send('Input.imeSetComposition', { text, selectionStart: end, selectionEnd: end });
  }

  /** What an input method, an emoji picker or dictation writes. */
  async insert(text: string): Promise<void> {
    await this.#devtools.send('Input.insertText', { text });
  }
}
