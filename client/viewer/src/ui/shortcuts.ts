/** What keys, or keys and a click, do in the page itself. They never reach the desktop. `shortcut.ACTION` says it. */
export type ShortcutAction = 'toolbar' | 'full-screen' | 'pointer-lock';

/**
 * Chords such as `Ctrl+Shift+KeyF` or `Ctrl+Shift+Click`: modifiers in the order Ctrl, Alt, Shift, Meta, then
 * `KeyboardEvent.code` or `Click`. Empty: none.
 */
export type Shortcuts = Readonly<Record<ShortcutAction, string>>;

export const DEFAULT_SHORTCUTS: Shortcuts = {
  toolbar: 'Ctrl+Shift+KeyM',
  'full-screen': 'Ctrl+Shift+KeyF',
  'pointer-lock': 'Ctrl+Shift+Click',
};

export const SHORTCUT_ACTIONS = Object.keys(DEFAULT_SHORTCUTS) as readonly ShortcutAction[];

const MODIFIER = /^(Control|Alt|Shift|Meta|OS)(Left|Right)$/;

/** What an event asks of the page, if anything. */
export function shortcutOf(
  event: KeyboardEvent | PointerEvent,
  shortcuts: Shortcuts,
): ShortcutAction | undefined {
  const chord = chordOf(event);
  return chord === undefined ? undefined : SHORTCUT_ACTIONS.find((action) => shortcuts[action] === chord);
}

/**
 * The chord of an event; undefined for one that could not be told from what is meant for the desktop: a modifier, a key
 * or a click without Ctrl, Alt or Meta.
 */
export function chordOf(event: KeyboardEvent | PointerEvent): string | undefined {
  const last = 'code' in event ? event.code : event.button === 0 ? 'Click' : '';
  const isFree = event.ctrlKey || event.altKey || event.metaKey || /^F\d+$/.test(last);
  if (!isFree || last === '' || MODIFIER.test(last)) return undefined;
  return [
    ...(event.ctrlKey ? ['Ctrl'] : []),
    ...(event.altKey ? ['Alt'] : []),
    ...(event.shiftKey ? ['Shift'] : []),
    ...(event.metaKey ? ['Meta'] : []),
    last,
  ].join('+');
}

/** As a person reads it: `Ctrl+Shift+F`. */
export function chordName(chord: string): string {
  return chord.replace(/(Key|Digit)(?=.$)/, '');
}
