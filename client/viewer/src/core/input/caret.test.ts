import { beforeEach, expect, it } from 'vitest';
import { Caret } from './caret.ts';

let caret: Caret;

beforeEach(() => {
  caret = new Caret();
  caret.clicked({ x: 100, y: 205 });
  caret.typed(1000);
});

const glyph = (x: number, y: number) => ({ x, y, width: 8, height: 16 });

it('is right of what is drawn when somebody types', () => {
  expect(caret.drawn([glyph(104, 200)], 1020)).toEqual({ x: 112, y: 200 });
  expect(caret.drawn([glyph(112, 200), glyph(104, 200)], 1040)).toEqual({ x: 120, y: 200 });
});

it('goes on to the next line', () => {
  expect(caret.drawn([glyph(0, 220)], 1020)).toEqual({ x: 8, y: 220 });
});

it.for([
  ['a clock elsewhere', glyph(900, 700), 1020],
  ['one in the same line', glyph(900, 200), 1020],
  ['what comes long after the key', glyph(104, 200), 1500],
  ['a picture', { x: 0, y: 0, width: 1280, height: 720 }, 1020],
] as const)('is not moved by %s', ([, rectangle, time]) => {
  expect(caret.drawn([rectangle], time)).toBeUndefined();
});

it('is not moved by what a click draws', () => {
  caret.clicked({ x: 50, y: 50 });
  expect(caret.drawn([glyph(50, 50)], 1020)).toBeUndefined();
});

it('is unknown before anybody has clicked', () => {
  const fresh = new Caret();
  fresh.typed(0);
  expect(fresh.drawn([glyph(0, 0)], 1)).toBeUndefined();
});
