import { expect, it } from 'vitest';
import { chordName, chordOf, DEFAULT_SHORTCUTS, shortcutOf } from './shortcuts.ts';

type Fields = Partial<Record<'ctrlKey' | 'altKey' | 'shiftKey' | 'metaKey', boolean>>;
const key = (code: string, fields: Fields = {}) => ({ code, ...fields }) as KeyboardEvent;
const click = (button: number, fields: Fields = {}) => ({ button, ...fields }) as PointerEvent;
const both = { ctrlKey: true, shiftKey: true };

it.for([
  ['toolbar', key('KeyM', both)],
  ['full-screen', key('KeyF', both)],
  ['pointer-lock', click(0, both)],
  [undefined, key('KeyF', { ctrlKey: true })],
  [undefined, key('KeyF', { ...both, altKey: true })],
  [undefined, click(2, both)],
] as const)('%s', ([action, event]) => expect(shortcutOf(event, DEFAULT_SHORTCUTS)).toBe(action));

it('can be others, or none', () => {
  const shortcuts = { ...DEFAULT_SHORTCUTS, toolbar: 'F9', 'full-screen': '' };
  expect(shortcutOf(key('F9'), shortcuts)).toBe('toolbar');
  expect(shortcutOf(key('KeyF', both), shortcuts)).toBeUndefined();
});

it.for([
  ['a letter', key('KeyA')],
  ['a letter with Shift', key('KeyA', { shiftKey: true })],
  ['a modifier', key('ControlLeft', { ctrlKey: true })],
  ['a click', click(0)],
] as const)('%s is for the desktop, whatever is wished', ([, event]) =>
  expect(chordOf(event)).toBeUndefined(),
);

it('are read as people write them', () => {
  expect(['Ctrl+Shift+KeyF', 'Alt+Digit1', 'Ctrl+Shift+Click', 'F9'].map(chordName)).toEqual([
    ...['Ctrl+Shift+F', 'Alt+1', 'Ctrl+Shift+Click', 'F9'],
  ]);
});
