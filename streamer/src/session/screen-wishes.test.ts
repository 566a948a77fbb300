import fc from 'fast-check';
import { beforeEach, expect, it } from 'vitest';
import { ScreenWishes, withinLimit } from './screen-wishes.ts';
import { FakeDisplay } from './testing/fake-display.ts';

const LIMIT = { width: 3840, height: 2160 };

let display: FakeDisplay;
let wishes: ScreenWishes;
const fail = (error: Error): void => {
  throw error;
};

/** Lets promises of the fake display come true. */
const settle = (): Promise<void> => new Promise(setImmediate);

beforeEach(() => {
  display = new FakeDisplay();
  wishes = new ScreenWishes(display, LIMIT);
});

it('gives the desktop the size and the density of the window', async () => {
  wishes.wish('person', { width: 1600, height: 1200, scale: 2 }, fail);
  await settle();
  expect(display.log).toEqual(['resize 1600x1200', 'scale 2']);
});

it('does nothing where nothing changes', async () => {
  wishes.wish('person', { ...display.size, scale: 1 }, fail);
  await settle();
  expect(display.log).toEqual([]);
});

it('goes back to the window of the other when the newer one leaves', async () => {
  wishes.wish('first', { width: 800, height: 600, scale: 1 }, fail);
  await settle();
  wishes.wish('second', { width: 1000, height: 700, scale: 1 }, fail);
  await settle();
  wishes.withdraw('second');
  await settle();
  expect(display.size).toEqual({ width: 800, height: 600 });
});

it('leaves the desktop as it is when the last one leaves', async () => {
  wishes.wish('person', { width: 800, height: 600, scale: 1 }, fail);
  await settle();
  wishes.withdraw('person');
  await settle();
  expect(display.size).toEqual({ width: 800, height: 600 });
});

it('says why a size cannot be had, and takes the next', async () => {
  const errors: Error[] = [];
  display.failure = new Error('The X server allows 1024x768 at most.');
  wishes.wish('person', { width: 2000, height: 600, scale: 1 }, (error) => errors.push(error));
  await settle();
  expect(errors).toEqual([display.failure]);
  display.failure = undefined;
  wishes.wish('person', { width: 900, height: 600, scale: 1 }, fail);
  await settle();
  expect(display.size).toEqual({ width: 900, height: 600 });
});

it('ends at the last of a storm, within the limit and in its proportions', async () => {
  const side = fc.integer({ min: 64, max: 16384 });
  const wish = fc.record({ width: side, height: side, scale: fc.double({ min: 0.25, max: 8, noNaN: true }) });
  await fc.assert(
    fc.asyncProperty(fc.array(wish, { minLength: 1 }), async (storm) => {
      for (const one of storm) wishes.wish('person', one, fail);
      await settle();
      const { width, height, scale } = withinLimit(storm.at(-1)!, LIMIT);
      expect(display.size).toEqual({ width, height });
      expect(width).toBeLessThanOrEqual(LIMIT.width);
      expect(height).toBeLessThanOrEqual(LIMIT.height);
      expect(scale).toBeLessThanOrEqual(storm.at(-1)!.scale);
    }),
  );
});
