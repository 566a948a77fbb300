/** Who has the keyboard and the pointer: joins what several people hold down into one state of the display. */
import { MAX_HELD_KEYS } from '@deskside/protocol';
import type { Display } from '../display/api.ts';

/** The hands of one person: what they hold is theirs, and is released without touching what others hold. */
export interface Hands {
  /** @param gives as for `Display.key` */
  key(code: string, down: boolean, gives?: string): void;
  /** Releases every key that is not among `codes`. */
  keepOnly(codes: readonly string[]): void;
  /** `buttons` as in `MouseEvent.buttons`. */
  buttons(buttons: number): void;
  release(): void;
  /** Whether any key or button is down. */
  readonly holding: boolean;
  isDown(code: string): boolean;
}

export interface Control {
  join(): Hands & Disposable;
}

export function createControl(display: Pick<Display, 'key' | 'setButtons'>): Control {
  const everybody = new Set<{ keys: Set<string>; buttons: number }>();

  const heldByAnyone = (code: string): boolean => [...everybody].some(({ keys }) => keys.has(code));
  const showButtons = (): void =>
    display.setButtons([...everybody].reduce((all, { buttons }) => all | buttons, 0));

  function join(): Hands & Disposable {
    const mine = { keys: new Set<string>(), buttons: 0 };
    everybody.add(mine);

    function lift(code: string): void {
      if (mine.keys.delete(code) && !heldByAnyone(code)) display.key(code, false);
    }
    function press(code: string, gives?: string): void {
      if (mine.keys.size >= MAX_HELD_KEYS && !mine.keys.has(code)) return;
      // A second press is the repeat of the viewer's keyboard. The X server repeats by itself what it holds; a character
      // that it had to be given another way is given again.
      if (gives !== undefined || !heldByAnyone(code)) display.key(code, true, gives);
      mine.keys.add(code);
    }
    function setButtons(buttons: number): void {
      if (buttons === mine.buttons) return;
      mine.buttons = buttons;
      showButtons();
    }
    function release(): void {
      for (const code of [...mine.keys]) lift(code);
      setButtons(0);
    }

    return {
      key: (code, down, gives) => (down ? press(code, gives) : lift(code)),
      keepOnly(codes) {
        for (const code of [...mine.keys]) if (!codes.includes(code)) lift(code);
      },
      buttons: setButtons,
      release,
      get holding() {
        return mine.keys.size > 0 || mine.buttons !== 0;
      },
      isDown: (code) => mine.keys.has(code),
      [Symbol.dispose]() {
        release();
        everybody.delete(mine);
      },
    };
  }

  return { join };
}
