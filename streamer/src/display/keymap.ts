import { isNamedKeycode, keycodeOf, WRITING_KEYS } from './keys.ts';
import { characterOf, Keysym } from './keysym.ts';

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

/** Keysyms of the number pad that give a character are this plus its code (X11/keysymdef.h, XK_KP_Space and on). */
const KEYPAD = 0xff80;

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
  /** Mask of the modifier that AltGr is; 0: there is none. */
  readonly #level3Mask: number;
  readonly #strokes = new Map<number, Stroke>();
  readonly #keysym: (keycode: number, column: number) => number;

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
    this.#keysym = keysym;
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
    const level3Row = modifierRows.findIndex((row) => row.includes(this.level3 ?? -1));
    this.#level3Mask = level3Row === -1 ? 0 : 1 << level3Row;

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

  /**
   * The character that a key gives; undefined where it gives none, is dead, or where that cannot be told from the map.
   *
   * @param state masks of the modifiers that are in force and of those that are locked, and the XKB group
   */
  characterAt(
    keycode: number,
    state: { mods: number; lockedMods: number; group: number },
  ): string | undefined {
    const is = (mask: number): boolean => (state.mods & mask) !== 0;
    const shift = is(1 << SHIFT_ROW);
    const keypad = keypadCharacter(this.#keysym(keycode, 1));
    if (keypad !== undefined) {
      return shift === is(this.numLock) ? keypadCharacter(this.#keysym(keycode, 0)) : keypad;
    }
    const level = COLUMNS.find(
      (each) => each.group === state.group && each.level3 === is(this.#level3Mask) && each.shift === shift,
    );
    if (!level) return undefined;
    const character = characterOf(this.#keysym(keycode, level.column));
    if (character === undefined || (state.lockedMods & (1 << LOCK_ROW)) === 0) return character;
    return this.#withCapsLock(keycode, level.column, character);
  }

  /** Caps Lock exchanges the cases of a letter that has both on its key. What it does to others is up to the layout. */
  #withCapsLock(keycode: number, column: number, character: string): string | undefined {
    if (character.toLowerCase() === character.toUpperCase()) return character;
    const other = characterOf(this.#keysym(keycode, column ^ 1));
    return other !== character && other?.toLowerCase() === character.toLowerCase() ? other : undefined;
  }

  #add(keysym: number, stroke: Stroke): void {
    if (keysym !== Keysym.None && !this.#strokes.has(keysym)) this.#strokes.set(keysym, stroke);
  }
}

const WRITING_KEYCODES = WRITING_KEYS.map((code) => keycodeOf(code)!);

function keypadCharacter(keysym: number): string | undefined {
  const code = keysym - KEYPAD;
  return code >= 0x20 && code < 0x3e ? String.fromCharCode(code) : undefined;
}
