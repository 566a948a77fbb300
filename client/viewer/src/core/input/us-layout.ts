/** What each position of a US keyboard types: the layout of a desktop that nobody has told of another one. */
const ROWS: readonly (readonly [codes: string, plain: string, shifted: string])[] = [
  [
    'Backquote Digit1 Digit2 Digit3 Digit4 Digit5 Digit6 Digit7 Digit8 Digit9 Digit0 Minus Equal',
    '`1234567890-=',
    '~!@#$%^&*()_+',
  ],
  [
    'KeyQ KeyW KeyE KeyR KeyT KeyY KeyU KeyI KeyO KeyP BracketLeft BracketRight Backslash',
    'qwertyuiop[]\\',
    'QWERTYUIOP{}|',
  ],
  ['KeyA KeyS KeyD KeyF KeyG KeyH KeyJ KeyK KeyL Semicolon Quote', "asdfghjkl;'", 'ASDFGHJKL:"'],
  ['KeyZ KeyX KeyC KeyV KeyB KeyN KeyM Comma Period Slash', 'zxcvbnm,./', 'ZXCVBNM<>?'],
  ['Space', ' ', ' '],
];

const CHARACTERS = new Map(
  ROWS.flatMap(([codes, plain, shifted]) =>
    codes.split(' ').map((code, index) => [code, [plain[index]!, shifted[index]!]] as const),
  ),
);

/** The character that a position types on a US keyboard; undefined for one that types none there. */
export function usCharacter(code: string, shift: boolean): string | undefined {
  return CHARACTERS.get(code)?.[shift ? 1 : 0];
}
