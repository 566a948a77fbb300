/** X keycodes are those of Linux' evdev, shifted: the first eight were taken (xkeyboard-config, keycodes/evdev). */
const EVDEV_OFFSET = 8;

/** The X keycode of a `KeyboardEvent.code`, undefined for one that no keyboard of X has. */
export function keycodeOf(code: string): number | undefined {
  return KEYCODES.get(code);
}

/** Whether some `KeyboardEvent.code` stands for this X keycode. */
export function isNamedKeycode(keycode: number): boolean {
  return NAMED.has(keycode);
}

/** The keys that bear characters, row by row; a layout is what they give. */
export const WRITING_KEYS: readonly string[] = [
  'Backquote Digit1 Digit2 Digit3 Digit4 Digit5 Digit6 Digit7 Digit8 Digit9 Digit0 Minus Equal',
  'KeyQ KeyW KeyE KeyR KeyT KeyY KeyU KeyI KeyO KeyP BracketLeft BracketRight',
  'KeyA KeyS KeyD KeyF KeyG KeyH KeyJ KeyK KeyL Semicolon Quote Backslash',
  'IntlBackslash KeyZ KeyX KeyC KeyV KeyB KeyN KeyM Comma Period Slash',
].flatMap((row) => row.split(' '));

/**
 * Runs of `KeyboardEvent.code` values (UI Events KeyboardEvent code Values, section 3) that follow one another in
 * Linux' input-event-codes.h, each run under the number of its first key there.
 */
const RUNS: readonly (readonly [first: number, codes: string])[] = [
  [1, 'Escape Digit1 Digit2 Digit3 Digit4 Digit5 Digit6 Digit7 Digit8 Digit9 Digit0 Minus Equal Backspace'],
  [15, 'Tab KeyQ KeyW KeyE KeyR KeyT KeyY KeyU KeyI KeyO KeyP BracketLeft BracketRight Enter'],
  [29, 'ControlLeft KeyA KeyS KeyD KeyF KeyG KeyH KeyJ KeyK KeyL Semicolon Quote Backquote'],
  [42, 'ShiftLeft Backslash KeyZ KeyX KeyC KeyV KeyB KeyN KeyM Comma Period Slash ShiftRight'],
  [55, 'NumpadMultiply AltLeft Space CapsLock F1 F2 F3 F4 F5 F6 F7 F8 F9 F10 NumLock ScrollLock'],
  [71, 'Numpad7 Numpad8 Numpad9 NumpadSubtract Numpad4 Numpad5 Numpad6 NumpadAdd'],
  [79, 'Numpad1 Numpad2 Numpad3 Numpad0 NumpadDecimal'],
  [85, 'Lang5 IntlBackslash F11 F12 IntlRo Lang3 Lang4 Convert KanaMode NonConvert'],
  [96, 'NumpadEnter ControlRight NumpadDivide PrintScreen AltRight'],
  [102, 'Home ArrowUp PageUp ArrowLeft ArrowRight End ArrowDown PageDown Insert Delete'],
  [113, 'AudioVolumeMute AudioVolumeDown AudioVolumeUp Power NumpadEqual'],
  [119, 'Pause'],
  [121, 'NumpadComma Lang1 Lang2 IntlYen MetaLeft MetaRight ContextMenu'],
  [128, 'BrowserStop Again Props Undo Select Copy Open Paste Find Cut Help'],
  [140, 'LaunchApp2'],
  [142, 'Sleep WakeUp LaunchApp1'],
  [155, 'LaunchMail BrowserFavorites'],
  [158, 'BrowserBack BrowserForward'],
  [161, 'Eject'],
  [163, 'MediaTrackNext MediaPlayPause MediaTrackPrevious MediaStop MediaRecord MediaRewind'],
  [171, 'MediaSelect BrowserHome BrowserRefresh'],
  [179, 'NumpadParenLeft NumpadParenRight'],
  [183, 'F13 F14 F15 F16 F17 F18 F19 F20 F21 F22 F23 F24'],
  [201, 'MediaPause'],
  [207, 'MediaPlay MediaFastForward'],
  [217, 'BrowserSearch'],
  [224, 'BrightnessDown BrightnessUp'],
];

/** Names that browsers use beside those of the specification. */
const ALIASES: readonly (readonly [alias: string, code: string])[] = [
  ['OSLeft', 'MetaLeft'],
  ['OSRight', 'MetaRight'],
  ['VolumeMute', 'AudioVolumeMute'],
  ['VolumeDown', 'AudioVolumeDown'],
  ['VolumeUp', 'AudioVolumeUp'],
  ['LaunchMediaPlayer', 'MediaSelect'],
];

const KEYCODES = new Map(
  RUNS.flatMap(([first, codes]) =>
    codes.split(' ').map((code, index) => [code, first + index + EVDEV_OFFSET] as const),
  ),
);
for (const [alias, code] of ALIASES) KEYCODES.set(alias, KEYCODES.get(code)!);
const NAMED = new Set(KEYCODES.values());
