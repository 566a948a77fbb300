import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PinchAccumulator, type WheelLike, wheelMotion } from './wheel.ts';

const PIXELS = 0;
const LINES = 1;
const PAGES = 2;

const event = (fields: Partial<WheelLike>): WheelLike => ({
  deltaX: 0,
  deltaY: 0,
  deltaMode: PIXELS,
  shiftKey: false,
  ...fields,
});

it.for([
  ['Chromium', { deltaY: 100, wheelDeltaY: -120 }],
  ['Chromium, zoomed', { deltaY: 66.6667, wheelDeltaY: -120 }],
  ['Firefox', { deltaY: 3, deltaMode: LINES }],
  ['a page at a time', { deltaY: 1, deltaMode: PAGES }],
] as const)('one notch is one notch: %s', ([, fields]) => {
  expect(wheelMotion(event(fields))).toEqual({ x: 0, y: 120 });
});

describe('a trackpad', () => {
  it('moves by pixels, on both axes', () => {
    const fields = { deltaX: 5, deltaY: -10, wheelDeltaX: -15, wheelDeltaY: 30 };
    expect(wheelMotion(event(fields))).toEqual({ x: 6, y: -12 });
  });

  it('is no wheel, even where its numbers are those of one', () => {
    expect(wheelMotion(event({ deltaY: 40, wheelDeltaY: -120 }))).toEqual({ x: 0, y: 48 });
  });
});

it('is not turned sideways under Shift: the desktop does that', () => {
  expect(wheelMotion(event({ deltaX: 100, wheelDeltaX: -120, shiftKey: true }))).toEqual({ x: 0, y: 120 });
});

it('a pinch is a notch for each tenth, and nothing of it is lost', () => {
  const pinch = new PinchAccumulator();
  expect(pinch.add(1.05)).toBe(0);
  expect(pinch.add(1.05)).toBe(1);
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0.9, max: 1.1, noNaN: true })), (growths) => {
      const fresh = new PinchAccumulator();
      const notches = growths.reduce((sum, growth) => sum + fresh.add(growth), 0);
      const whole = growths.reduce((product, growth) => product * growth, 1);
      expect(Math.abs(Math.log(whole) / Math.log(1.1) - notches)).toBeLessThan(1.001);
    }),
  );
});
