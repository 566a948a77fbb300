/** Keys pressed together, as a setting gives them: `Ctrl+Alt+Escape`. */
export interface Chord {
  ctrl: boolean;
  alt: boolean;
  shift: boolean;
  meta: boolean;
  /** `KeyboardEvent.key` or the end of `KeyboardEvent.code`, lower case. */
  key: string;
}

/** Reads e.g. `Ctrl+Alt+Escape`; the last part is the key. */
export function parseChord(text: string): Chord {
  const parts = text.toLowerCase().split('+');
  return {
    ctrl: parts.includes('ctrl'),
    alt: parts.includes('alt'),
    shift: parts.includes('shift'),
    meta: parts.includes('meta'),
    key: parts.at(-1) ?? '',
  };
}

/** A layout may turn Alt and a letter into another `key`: the position counts as well. */
export function isChord(event: KeyboardEvent, chord: Chord): boolean {
  const modifiers =
    event.ctrlKey === chord.ctrl &&
    event.altKey === chord.alt &&
    event.shiftKey === chord.shift &&
    event.metaKey === chord.meta;
  const code = event.code.toLowerCase().replace(/^(key|digit)/, '');
  return modifiers && (event.key.toLowerCase() === chord.key || code === chord.key);
}

/** Acts on a chord before anything else of the page hears of it. */
export function onChord(text: string, act: () => void): void {
  const chord = parseChord(text);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!isChord(event, chord)) return;
    event.stopImmediatePropagation();
    event.preventDefault();
    act();
  };
  window.addEventListener('keydown', onKeyDown, { capture: true });
}
