import { expect, test } from 'vitest';
import { isChord, parseChord } from './chord.ts';

const event = (key: string, code: string, modifiers: Partial<KeyboardEvent> = {}) =>
  ({
    key,
    code,
    ctrlKey: false,
    altKey: false,
    shiftKey: false,
    metaKey: false,
    ...modifiers,
  }) as KeyboardEvent;

test.each([
  ['Ctrl+Alt+Escape', event('Escape', 'Escape', { ctrlKey: true, altKey: true }), true],
  ['Ctrl+Alt+Escape', event('Escape', 'Escape', { ctrlKey: true }), false],
  ['Ctrl+Alt+Escape', event('Escape', 'Escape', { ctrlKey: true, altKey: true, shiftKey: true }), false],
  // Alt turns letters into others on some layouts: the position counts.
  ['Ctrl+Alt+K', event('˚', 'KeyK', { ctrlKey: true, altKey: true }), true],
  ['Ctrl+Shift+1', event('!', 'Digit1', { ctrlKey: true, shiftKey: true }), true],
  ['Meta+F12', event('F12', 'F12', { metaKey: true }), true],
])('%s', (chord, pressed, expected) => {
  expect(isChord(pressed, parseChord(chord))).toBe(expected);
});
