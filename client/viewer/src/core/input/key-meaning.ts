import { usCharacter } from './us-layout.ts';

/** What is to become of a key press. */
export type KeyMeaning =
  /** Sent by its position. */
  | { kind: 'position' }
  /** Sent as the character that it types here. */
  | { kind: 'text'; text: string }
  /** Left to the browser: an input method or a dead key makes text of it. */
  | { kind: 'compose' }
  /** Only changes what other keys type here, and that they are sent as text tells it. */
  | { kind: 'level' };

/** What `keyCode` is while an input method has the key (UI Events section 7.3.1). */
const PROCESSED_BY_INPUT_METHOD = 229;

/** Keys whose effect is in the characters of other keys; at the desktop their state could only go astray. */
const LEVEL_KEYS = new Set(['AltGraph', 'CapsLock', 'NumLock', 'ISO_Level3_Shift', 'ISO_Level5_Shift']);

/**
 * Keys go by position, so that they can be held and that shortcuts and games work. Where the viewer's layout types
 * another character than the desktop's would, the character itself is sent: what is typed here appears there.
 */
export function meaningOf(event: KeyboardEvent): KeyMeaning {
  if (event.isComposing || event.keyCode === PROCESSED_BY_INPUT_METHOD || event.key === 'Dead') {
    return { kind: 'compose' };
  }
  if (LEVEL_KEYS.has(event.key)) return { kind: 'level' };
  if (event.code === '' || event.code === 'Unidentified') return withoutPosition(event);
  const types = isCharacter(event.key) && !isShortcut(event);
  if (!types || event.key === usCharacter(event.code, event.shiftKey)) return { kind: 'position' };
  return { kind: 'text', text: event.key };
}

/** A soft keyboard: its text arrives in the text field by itself, other keys have no position to go by. */
function withoutPosition(event: KeyboardEvent): KeyMeaning {
  return isCharacter(event.key) ? { kind: 'text', text: event.key } : { kind: 'compose' };
}

function isCharacter(key: string): boolean {
  return [...key].length === 1;
}

/** AltGr is told as Ctrl and Alt on Windows: with it, keys type. */
function isShortcut(event: KeyboardEvent): boolean {
  return (event.ctrlKey || event.altKey || event.metaKey) && !event.getModifierState('AltGraph');
}
