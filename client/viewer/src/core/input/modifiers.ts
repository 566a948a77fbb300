/** Modifiers by the state that every keyboard event tells, and the keys that make them. */
const MODIFIERS: readonly (readonly [state: string, codes: readonly string[]])[] = [
  ['Shift', ['ShiftLeft', 'ShiftRight']],
  ['Control', ['ControlLeft', 'ControlRight']],
  ['Alt', ['AltLeft', 'AltRight']],
  ['Meta', ['MetaLeft', 'MetaRight']],
];

type ModifierEvent = Pick<KeyboardEvent, 'code' | 'getModifierState'>;

/** Modifier keys that came up where nobody saw it, e.g. in a dialog of the browser. */
export function lostModifiers(event: ModifierEvent): string[] {
  return MODIFIERS.flatMap(([state, codes]) => {
    const active = event.getModifierState(state) || (state === 'Alt' && event.getModifierState('AltGraph'));
    return active || codes.includes(event.code) ? [] : codes;
  });
}

/**
 * Modifier keys that went down where nobody saw it: before the page had the focus, or on an iPad, which tells of them
 * with other keys only.
 *
 * @param isHeld whether a key is known to be down
 */
export function missedModifiers(event: ModifierEvent, isHeld: (code: string) => boolean): string[] {
  // Windows tells of AltGr as Ctrl and Alt, too.
  if (event.getModifierState('AltGraph')) return [];
  return MODIFIERS.flatMap(([state, codes]) => {
    const missed = event.getModifierState(state) && !codes.some(isHeld) && !codes.includes(event.code);
    return missed ? codes.slice(0, 1) : [];
  });
}
