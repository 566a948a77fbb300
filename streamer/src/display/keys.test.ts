import { expect, test } from 'vitest';
import { keycodeOf, WRITING_KEYS } from './keys.ts';

test.each([
  ['Escape', 9],
  ['KeyQ', 24],
  ['Enter', 36],
  ['ShiftLeft', 50],
  ['F10', 76],
  ['IntlBackslash', 94],
  ['F11', 95],
  ['IntlRo', 97],
  ['Convert', 100],
  ['ControlRight', 105],
  ['AltRight', 108],
  ['ArrowLeft', 113],
  ['AudioVolumeUp', 123],
  ['Pause', 127],
  ['Lang1', 130],
  ['IntlYen', 132],
  ['MetaRight', 134],
  ['ContextMenu', 135],
  ['MediaPlayPause', 172],
  ['F24', 202],
])('%s is X keycode %i', (code, keycode) => expect(keycodeOf(code)).toBe(keycode));

test('there are 48 keys that bear characters, each with a keycode of its own', () => {
  expect(WRITING_KEYS).toHaveLength(48);
  expect(new Set(WRITING_KEYS.map(keycodeOf)).size).toBe(48);
});

test('names that no keyboard has are unknown', () => {
  for (const code of ['', 'Nonsense', 'constructor', 'keya', 'Unidentified']) {
    expect(keycodeOf(code)).toBeUndefined();
  }
});
