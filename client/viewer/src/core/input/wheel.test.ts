import fc from 'fast-check';
import { expect, it } from 'vitest';
import { WheelAccumulator } from './wheel.ts';

const PIXELS = 0;
const LINES = 1;
const PAGES = 2;

it.for([
  ['Chromium', { deltaX: 0, deltaY: 100, deltaMode: PIXELS }],
  ['Firefox', { deltaX: 0, deltaY: 3, deltaMode: LINES }],
  ['a page at a time', { deltaX: 0, deltaY: 1, deltaMode: PAGES }],
] as const)('one notch is one notch: %s', ([, event]) => {
  expect(new WheelAccumulator().add(event)).toEqual({ dx: 0, dy: 120 });
});

it('waits until a trackpad has moved by something that can be sent', () => {
  const wheel = new WheelAccumulator();
  const nudge = { deltaX: 0, deltaY: 0.5, deltaMode: PIXELS };
  expect(wheel.add(nudge)).toBeUndefined();
  expect(wheel.add(nudge)).toEqual({ dx: 0, dy: 1 });
});

it('loses nothing, however finely motion is cut', () => {
  const delta = fc.double({ min: -500, max: 500, noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.tuple(delta, delta), { maxLength: 500 }), (deltas) => {
      const wheel = new WheelAccumulator();
      let [x, y, sentX, sentY] = [0, 0, 0, 0];
      for (const [deltaX, deltaY] of deltas) {
        const motion = wheel.add({ deltaX, deltaY, deltaMode: PIXELS });
        x += deltaX * 1.2;
        y += deltaY * 1.2;
        sentX += motion?.dx ?? 0;
        sentY += motion?.dy ?? 0;
      }
      expect(Math.abs(x - sentX)).toBeLessThanOrEqual(1);
      expect(Math.abs(y - sentY)).toBeLessThanOrEqual(1);
    }),
  );
});

it('sends no more at once than a message holds, and the rest later', () => {
  const wheel = new WheelAccumulator();
  expect(wheel.add({ deltaX: 0, deltaY: 40_000, deltaMode: PIXELS })).toEqual({ dx: 0, dy: 0x7fff });
  expect(wheel.add({ deltaX: 0, deltaY: 0, deltaMode: PIXELS })).toEqual({ dx: 0, dy: 48_000 - 0x7fff });
});
