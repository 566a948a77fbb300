/**
 * X programs look up what a key means only when they come to its event. A keycode keeps its meaning this long after
 * its last press, ms, so that a program that is that late still reads the right character. A terminal that looks for a
 * font with the character before was seen to be more than 100 ms late on a busy machine.
 */
export const KEEP_MEANING = 1000;

/** A keycode that stands, or is to stand, for a keysym. */
export interface Lease {
  keycode: number;
  /** It must be mapped first. */
  fresh: boolean;
  /** How long to wait before mapping it, ms. */
  wait: number;
}

/** Which spare keycode stands for which keysym: the one that was pressed longest ago gets the next meaning. */
export class SpareKeycodes {
  /** The order of insertion is that of use. */
  readonly #leases = new Map<number, { keycode: number; usedAt: number }>();
  readonly #unused: number[];
  readonly #all: ReadonlySet<number>;

  constructor(keycodes: readonly number[]) {
    this.#all = new Set(keycodes);
    this.#unused = [...keycodes];
  }

  has(keycode: number): boolean {
    return this.#all.has(keycode);
  }

  /** A keycode for a keysym, pressed once it is mapped; undefined if there is none at all. `now` in ms. */
  take(keysym: number, now: number): Lease | undefined {
    const known = this.#leases.get(keysym);
    if (known) {
      this.#use(keysym, known.keycode, now);
      return { keycode: known.keycode, fresh: false, wait: 0 };
    }
    const unused = this.#unused.shift();
    if (unused !== undefined) {
      this.#use(keysym, unused, now);
      return { keycode: unused, fresh: true, wait: 0 };
    }
    const [oldest] = this.#leases;
    if (!oldest) return undefined;
    const [oldKeysym, { keycode, usedAt }] = oldest;
    this.#leases.delete(oldKeysym);
    const wait = Math.max(0, usedAt + KEEP_MEANING - now);
    this.#use(keysym, keycode, now + wait);
    return { keycode, fresh: true, wait };
  }

  #use(keysym: number, keycode: number, usedAt: number): void {
    this.#leases.delete(keysym);
    this.#leases.set(keysym, { keycode, usedAt });
  }
}
