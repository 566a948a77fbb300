import { isNamedKeycode, keycodeOf, WRITING_KEYS } from './keys.ts';
import { Keysym } from './keysym.ts';

/** One press that gives a keysym. */
export interface Stroke {
  keycode: number;
  shift: boolean;
  /** With AltGr (ISO_Level3_Shift). */
  level3: boolean;
  /** The XKB group that must be in force; undefined: any. */
  group: number | undefined;
}

/** Where the levels of a key lie in the rows of GetKeyboardMapping (XKB protocol, section 12.4). */
const COLUMNS = [
  { column: 0, shift: false, level3: false, group: 0 },
  { column: 1, shift: true, level3: false, group: 0 },
  { column: 4, shift: false, level3: true, group: 0 },
  { column: 5, shift: true, level3: true, group: 0 },
  { column: 2, shift: false, level3: false, group: 1 },
  { column: 3, shift: true, level3: false, group: 1 },
] as const;

/** Keys of a text whose meaning hangs on no level: modifiers do not change it. */
const PLAIN_KEYS = ['Enter', 'Tab', 'Backspace', 'Escape', 'Delete', 'Space'];

/** Rows of GetModifierMapping. */
const SHIFT_ROW = 0;
const LOCK_ROW = 1;

/** What the keys of an X server give, as it said once. */
export class Keymap {
  /** Keycodes without meaning that no viewer can press. */
  readonly spare: readonly number[];
  /** Keys that change what others give, without those that lock. */
  readonly modifiers: ReadonlySet<number>;
  readonly shift: number | undefined;
  readonly level3: number | undefined;
  /** Mask of the modifier that Num Lock toggles; 0: there is none. */
  readonly numLock: number;
  readonly #strokes = new Map<number, Stroke>();

  /**
   * @param rows reply of GetKeyboardMapping, the first row is of keycode `first`
   * @param modifierRows reply of GetModifierMapping: Shift, Lock, Control, Mod1 … Mod5; 0 fills up a row
   */
  constructor(
    first: number,
    rows: readonly (readonly number[])[],
    modifierRows: readonly (readonly number[])[],
  ) {
    const keysym = (keycode: number, column: number): number =>
      rows[keycode - first]?.[column] ?? Keysym.None;
    const keycodes = rows.map((_row, index) => first + index);
    const find = (wanted: number) => keycodes.find((keycode) => keysym(keycode, 0) === wanted);

    this.spare = keycodes.filter(
      (keycode) => !isNamedKeycode(keycode) && rows[keycode - first]!.every((value) => value === Keysym.None),
    );
    const isNumLock = (keycode: number) => keysym(keycode, 0) === Keysym.NumLock;
    const numLockRow = modifierRows.findIndex((row) => row.some(isNumLock));
    this.numLock = numLockRow === -1 ? 0 : 1 << numLockRow;
    this.modifiers = new Set(
      modifierRows.filter((_row, index) => index !== LOCK_ROW && index !== numLockRow).flat(),
    );
    this.shift = modifierRows[SHIFT_ROW]?.find((keycode) => keycode !== 0);
    this.level3 = find(Keysym.Level3Shift);

    for (const { column, ...level } of COLUMNS) {
      if ((level.shift && this.shift === undefined) || (level.level3 && this.level3 === undefined)) continue;
      for (const keycode of WRITING_KEYCODES) this.#add(keysym(keycode, column), { keycode, ...level });
    }
    for (const code of PLAIN_KEYS) {
      const keycode = keycodeOf(code)!;
      this.#strokes.set(keysym(keycode, 0), { keycode, shift: false, level3: false, group: undefined });
    }
  }

  /** The stroke for one of these keysyms with the fewest modifiers, undefined if no key gives any. */
  find(keysyms: readonly number[]): Stroke | undefined {
    for (const keysym of keysyms) {
      const stroke = this.#strokes.get(keysym);
      if (stroke) return stroke;
    }
    return undefined;
  }

  #add(keysym: number, stroke: Stroke): void {
    if (keysym !== Keysym.None && !this.#strokes.has(keysym)) this.#strokes.set(keysym, stroke);
  }
}

const WRITING_KEYCODES = WRITING_KEYS.map((code) => keycodeOf(code)!);
