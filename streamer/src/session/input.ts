/** What one person does with the keyboard and the pointer of the desktop. Whether they may is asked before. */
import type { Of, Pointer, PointerMotion, ViewerMessage, Wheel } from '@deskside/protocol';
import type { Display } from '../display/api.ts';
import type { Hands } from './control.ts';
import type { KeyboardFollower } from './keyboard-follower.ts';

/** `held` is to be repeated at least this often while a key is down, ms. */
export const HELD_EVERY = 500;

/** After this long without a word about what is held, it is released, ms: two heartbeats may be late. */
const HELD_SILENCE = 3 * HELD_EVERY;

export type InputMessage = Of<ViewerMessage, 'key' | 'text' | 'locks' | 'layout' | 'held' | 'release'>;

export interface InputOptions {
  display: Pick<Display, 'size' | 'text' | 'syncLocks' | 'movePointer' | 'movePointerBy' | 'wheel'>;
  hands: Hands & Disposable;
  keyboard: KeyboardFollower;
}

export class Input implements Disposable {
  readonly #display: InputOptions['display'];
  readonly #hands: Hands & Disposable;
  readonly #keyboard: KeyboardFollower;
  readonly #silence: NodeJS.Timeout;
  #pointerSequence: number | undefined;
  /** The key that is AltGr there. */
  #altGr = '';

  constructor({ display, hands, keyboard }: InputOptions) {
    this.#display = display;
    this.#hands = hands;
    this.#keyboard = keyboard;
    this.#silence = setTimeout(() => this.#hands.release(), HELD_SILENCE);
  }

  receive(message: InputMessage): void {
    switch (message.type) {
      case 'key':
        this.#hands.key(message.code, message.down, message.key);
        if (message.down && message.key !== undefined) this.#typed(message.code, message.key);
        this.#heard();
        break;
      case 'locks':
        this.#display.syncLocks(message);
        break;
      case 'layout':
        this.#keyboard.told(message);
        break;
      case 'text':
        this.#display.text(message.text);
        break;
      case 'held':
        this.#hands.keepOnly(message.codes);
        this.#heard();
        break;
      case 'release':
        this.#hands.release();
        break;
    }
  }

  movePointer({ sequence, x, y, buttons }: Pointer): void {
    if (this.#isOld(sequence)) return;
    this.#pointerSequence = sequence;
    const { width, height } = this.#display.size;
    this.#display.movePointer(Math.min(x, width - 1), Math.min(y, height - 1));
    this.#hands.buttons(buttons);
    this.#heard();
  }

  movePointerBy({ dx, dy, buttons }: PointerMotion): void {
    this.#display.movePointerBy(dx, dy);
    this.#hands.buttons(buttons);
    this.#heard();
  }

  turnWheel({ dx, dy }: Wheel): void {
    this.#display.wheel(dx, dy);
  }

  /** Lifts whatever this person holds. */
  release(): void {
    this.#hands.release();
  }

  [Symbol.dispose](): void {
    this.#keyboard[Symbol.dispose]();
    clearTimeout(this.#silence);
    this.#hands[Symbol.dispose]();
  }

  /** What keys give under AltGr tells of no layout: the Czech one has there what the American one has with Shift. */
  #typed(code: string, key: string): void {
    if (key === 'AltGraph') this.#altGr = code;
    else if (!this.#hands.isDown(this.#altGr)) this.#keyboard.typed(code, key);
  }

  /** Sequence numbers wrap (RFC 1982): what is less than half the range ahead is newer. */
  #isOld(sequence: number): boolean {
    return this.#pointerSequence !== undefined && ((sequence - this.#pointerSequence) | 0) <= 0;
  }

  /** The viewer told what it holds: the silence starts anew. */
  #heard(): void {
    if (this.#hands.holding) this.#silence.refresh();
  }
}
