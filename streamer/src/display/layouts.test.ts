import { describe, expect, test } from 'vitest';
import { WRITING_KEYS } from './keys.ts';
import { LAYOUT_TABLES, layoutFor } from './layouts.ts';

/** What `navigator.keyboard.getLayoutMap()` has for a layout. */
const layoutMap = (name: string) => {
  const [layout, variant] = name.split('/');
  const table = LAYOUT_TABLES.find((each) => each.layout === layout && each.variant === variant)!;
  return WRITING_KEYS.map((code, index) => [code, table.plain[index]!] as const);
};

test.each(LAYOUT_TABLES.map(({ layout, variant }) => (variant ? `${layout}/${variant}` : layout)))(
  'a keyboard map of %s is recognised, or one that gives the same',
  (name) => {
    const found = layoutFor(layoutMap(name))!;
    const foundName = found.variant ? `${found.layout}/${found.variant}` : found.layout;
    expect(layoutMap(foundName)).toEqual(layoutMap(name));
  },
);

describe('keys as they are typed', () => {
  test.each([
    [
      'de',
      [
        ['KeyY', 'z'],
        ['KeyA', 'a'],
        ['Semicolon', 'ö'],
      ],
    ],
    [
      'fr',
      [
        ['KeyQ', 'a'],
        ['KeyA', 'Q'],
      ],
    ],
    [
      'gb',
      [
        ['KeyA', 'a'],
        ['Digit2', '"'],
        ['Quote', '@'],
      ],
    ],
    [
      'es',
      [
        ['Semicolon', 'Ñ'],
        ['KeyQ', 'q'],
      ],
    ],
    [
      'cz',
      [
        ['Digit2', 'ě'],
        ['Digit3', 'š'],
      ],
    ],
    [
      'ru',
      [
        ['KeyQ', 'й'],
        ['KeyB', 'и'],
      ],
    ],
    [
      'gr',
      [
        ['KeyS', 'σ'],
        ['KeyD', 'δ'],
      ],
    ],
    [
      'us',
      [
        ['KeyA', 'a'],
        ['Digit2', '@'],
        ['Enter', 'Enter'],
        ['Space', ' '],
      ],
    ],
  ] as const)('%s', (layout, pairs) => expect(layoutFor(pairs)).toEqual({ layout }));
});

test('a dead key counts by its accent', () => {
  expect(
    layoutFor([
      ['Backquote', '\u0302'],
      ['KeyZ', 'y'],
    ]),
  ).toEqual({ layout: 'de' });
});

test('without anything that tells, there is no guess', () => {
  expect(layoutFor([])).toBeUndefined();
  expect(
    layoutFor([
      ['KeyA', 'Dead'],
      ['Nonsense', 'a'],
      ['Backquote', ''],
    ]),
  ).toBeUndefined();
  expect(
    layoutFor([
      ['KeyA', '漢'],
      ['KeyB', '字'],
    ]),
  ).toBeUndefined();
});

test('the layout of now stays where others fit no better', () => {
  const current = { layout: 'se' };
  expect(layoutFor([['KeyA', 'a']], current)).toEqual(current);
  expect(
    layoutFor(
      [
        ['KeyA', 'a'],
        ['KeyY', 'z'],
        ['Minus', 'ß'],
      ],
      current,
    ),
  ).toEqual({ layout: 'de' });
});
