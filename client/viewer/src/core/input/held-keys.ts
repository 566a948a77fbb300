import { MAX_HELD_KEYS } from '@deskside/protocol';

/** Which keys are down, by `KeyboardEvent.code`. */
export class HeldKeys {
  readonly #codes = new Set<string>();

  get codes(): string[] {
    return [...this.#codes];
  }

  get size(): number {
    return this.#codes.size;
  }

  has(code: string): boolean {
    return this.#codes.has(code);
  }

  /** False if it was down already (the browser's autorepeat; the desktop repeats by itself) or if too many are. */
  press(code: string): boolean {
    if (this.#codes.has(code) || this.#codes.size >= MAX_HELD_KEYS) return false;
    this.#codes.add(code);
    return true;
  }

  /** False if it was not down. */
  lift(code: string): boolean {
    return this.#codes.delete(code);
  }

  clear(): void {
    this.#codes.clear();
  }
}
