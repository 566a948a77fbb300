import type { Of, ViewerMessage } from '@deskside/protocol';
import type { Display } from '../display/api.ts';
import { parseLayout } from '../display/layout-name.ts';

/** Keys that were typed last and tell of a layout: enough to tell all apart, few enough that a change shows at once. */
const RECENT_KEYS = 12;

/** Typed keys that outweigh a whole map: browsers tell of the layout for Latin letters, whatever is in use. */
const ENOUGH_TYPED = 3;

/**
 * Rest of the keyboard before the layout changes, ms. Programs look up what a key means only when they come to it, which
 * may be late; until then each character is typed as what it is anyway.
 */
export const REST = 1000;

type Pairs = readonly (readonly [code: string, key: string])[];

type FollowedDisplay = Pick<Display, 'followKeyboard' | 'setLayout' | 'rest'>;

/** Lets the desktop's layout follow the keyboard of one viewer: what its browser tells of it, then what is typed. */
export class KeyboardFollower implements Disposable {
  readonly #display: FollowedDisplay;
  readonly #onFailure: (error: Error) => void;
  readonly #follows: boolean;
  #chosen = false;
  #map: Pairs = [];
  /** What keys gave, the one typed last at the end. */
  readonly #typed = new Map<string, string>();
  #due: NodeJS.Timeout | undefined;

  /**
   * @param follows false: the layout stays until somebody chooses another
   * @param onFailure told why there is no such layout
   */
  constructor(display: FollowedDisplay, follows: boolean, onFailure: (error: Error) => void) {
    this.#display = display;
    this.#follows = follows;
    this.#onFailure = onFailure;
  }

  /** What the viewer's browser knows of its keyboard, or what the person chose. */
  told({ name, keys }: Of<ViewerMessage, 'layout'>): void {
    this[Symbol.dispose]();
    if (name !== undefined) {
      this.#chosen = true;
      this.#display.setLayout(parseLayout(name)).catch(this.#onFailure);
      return;
    }
    // With neither a person took back their choice.
    if (!keys) this.#chosen = false;
    this.#map = keys ?? this.#map;
    this.#typed.clear();
    this.#followAtRest(() => this.#map);
  }

  /** @param key the character that the key gave, alone or with Shift */
  typed(code: string, key: string): void {
    if (this.#typed.get(code) === key) {
      this.#due?.refresh();
      return;
    }
    this.#typed.delete(code);
    this.#typed.set(code, key);
    const [oldest] = this.#typed.keys();
    if (this.#typed.size > RECENT_KEYS) this.#typed.delete(oldest!);
    if (this.#typed.size < ENOUGH_TYPED && this.#map.length > 0) return;
    clearTimeout(this.#due);
    this.#due = setTimeout(() => this.#followAtRest(() => [...this.#typed]), REST);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#due);
    this.#due = undefined;
  }

  /** What was typed may still wait for keycodes. */
  #followAtRest(pairs: () => Pairs): void {
    const left = REST - this.#display.rest;
    this.#due = left > 0 ? setTimeout(() => this.#followAtRest(pairs), left) : undefined;
    if (left <= 0) this.#follow(pairs());
  }

  #follow(pairs: Pairs): void {
    if (this.#follows && !this.#chosen && pairs.length > 0)
      this.#display.followKeyboard(pairs).catch(this.#onFailure);
  }
}
