import { keySyms } from './x-protocol.ts';

/** Keysyms that mean no character but are found by name (X11/keysymdef.h). */
export const Keysym = {
  None: 0,
  BackSpace: 0xff08,
  Tab: 0xff09,
  Return: 0xff0d,
  Escape: 0xff1b,
  Delete: 0xffff,
  NumLock: 0xff7f,
  Level3Shift: 0xfe03,
} as const;

/** Keysyms of Unicode characters are this plus the code point (X Window System Protocol, appendix A). */
const UNICODE = 0x01000000;

/** What the control characters of a text are typed with. */
const CONTROL = new Map<number, number>([
  [0x08, Keysym.BackSpace],
  [0x09, Keysym.Tab],
  [0x0a, Keysym.Return],
  [0x1b, Keysym.Escape],
  [0x7f, Keysym.Delete],
]);

/** Keysyms older than the rule for Unicode, which keymaps still use: by code point. */
const LEGACY = new Map<number, number>();
for (const { code, description } of Object.values(keySyms)) {
  const character = description && /^\((.)\) /u.exec(description)?.[1];
  if (character && code < UNICODE) LEGACY.set(character.codePointAt(0)!, code);
}
const CHARACTERS = new Map([...LEGACY].map(([codePoint, keysym]) => [keysym, codePoint]));

/** Every keysym that gives this character, the one to map first; empty if no key can give it. */
export function keysymsOf(codePoint: number): number[] {
  const control = CONTROL.get(codePoint);
  if (control !== undefined) return [control];
  if (codePoint < 0x20 || (codePoint >= 0x7f && codePoint < 0xa0)) return [];
  if (codePoint >= 0xd800 && codePoint <= 0xdfff) return [];
  if (codePoint < 0x100) return [codePoint];
  const legacy = LEGACY.get(codePoint);
  return legacy === undefined ? [UNICODE + codePoint] : [UNICODE + codePoint, legacy];
}

/** The character that a keysym gives, undefined for one of a key such as Return. */
export function characterOf(keysym: number): string | undefined {
  if (keysym >= UNICODE && keysym <= UNICODE + 0x10ffff) return String.fromCodePoint(keysym - UNICODE);
  if ((keysym >= 0x20 && keysym < 0x7f) || (keysym >= 0xa0 && keysym < 0x100)) {
    return String.fromCodePoint(keysym);
  }
  const codePoint = CHARACTERS.get(keysym);
  return codePoint === undefined ? undefined : String.fromCodePoint(codePoint);
}
