import type { Platform } from './platform.ts';

/** What is to become of a key press. */
export type KeyMeaning =
  /** Sent by its position, with what it gives here: a character, or `AltGraph`. */
  | { kind: 'key'; code: string; gives?: string }
  /** Sent as the character that it types here. */
  | { kind: 'text'; text: string }
  /** Left to the browser: an input method, a soft keyboard or a dead key makes text of it. */
  | { kind: 'compose' }
  /** Its state is told with the next key. */
  | { kind: 'lock' };

/** What `keyCode` is while an input method has the key (UI Events section 7.3.1). */
const PROCESSED_BY_INPUT_METHOD = 229;

const LOCKS = new Set(['CapsLock', 'NumLock']);

/** Keys go by position, so that they can be held and that shortcuts and games work, with what they give here. */
export function meaningOf(event: KeyboardEvent, { apple }: Platform, optionTypes: boolean): KeyMeaning {
  const { key } = event;
  const processed = event.keyCode === PROCESSED_BY_INPUT_METHOD || key === 'Process';
  if (event.isComposing || processed || key === 'Dead') return { kind: 'compose' };
  if (LOCKS.has(key)) return { kind: 'lock' };
  if (event.code === '' || event.code === 'Unidentified') return withoutPosition(key);
  const { code } = event;
  if (!isCharacter(key))
    return key === 'AltGraph' ? { kind: 'key', code, gives: key } : { kind: 'key', code };
  const option = apple && optionTypes && event.altKey && !event.ctrlKey && !event.metaKey;
  // Of an AltGr that is held the desktop knows; of Option it thinks as of Alt.
  return option ? { kind: 'text', text: key } : { kind: 'key', code, gives: key };
}

/** A soft keyboard: its text arrives in the text field by itself; other keys are named as their positions are. */
function withoutPosition(key: string): KeyMeaning {
  return isCharacter(key) || key === 'Unidentified' ? { kind: 'compose' } : { kind: 'key', code: key };
}

function isCharacter(key: string): boolean {
  return [...key].length === 1;
}
