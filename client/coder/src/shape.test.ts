import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as answers from './answers.ts';
import { mismatch, optional, type Shape } from './shape.ts';

describe('what differs', () => {
  test.for([
    ['text', 'string', 7, 'the answer is no string'],
    ['an object', { a: 'string' }, null, 'the answer is no object'],
    ['a field', { a: { b: 'number' } }, { a: {} }, 'the answer.a.b is no number'],
    ['an element', { a: ['boolean'] }, { a: [true, 1] }, 'the answer.a[1] is no boolean'],
    ['a list', ['string'], {}, 'the answer is no list'],
    ['an optional one that is wrong', { a: optional('string') }, { a: 1 }, 'the answer.a is no string'],
  ] as [string, Shape, unknown, string][])('%s', ([_, shape, value, difference]) => {
    expect(mismatch(value, shape)).toBe(difference);
  });

  test.for([
    ['fields that are not asked for', { a: 'string' }, { a: '', b: 1 }],
    ['an optional one that is missing', { a: optional('string') }, {}],
    ['an optional one that is null', { a: optional(['string']) }, { a: null }],
  ] as [string, Shape, unknown][])('is not: %s', ([_, shape, value]) => {
    expect(mismatch(value, shape)).toBeUndefined();
  });
});

test('anything at all is judged without a crash', () => {
  const shapes = fc.constantFrom<Shape>(...Object.values(answers));
  fc.assert(fc.property(shapes, fc.anything(), (shape, value) => mismatch(value, shape) !== ''));
});
