import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { Gestures } from './gestures.ts';

let log: string[];
let gestures: Gestures;
let sliding: boolean;

beforeEach(() => {
  log = [];
  sliding = false;
  gestures = new Gestures({
    tap: ({ x, y }, fingers) => log.push(`tap ${x},${y} with ${fingers}`),
    longPress: ({ x, y }) => log.push(`long press ${x},${y}`),
    slideStart: ({ x, y }, held) => {
      expect(sliding).toBe(false);
      sliding = true;
      log.push(`slide from ${x},${y}${held ? ' held' : ''}`);
    },
    slide: (to, by) => log.push(`to ${to.x},${to.y} by ${by.x},${by.y}`),
    slideEnd: () => {
      expect(sliding).toBe(true);
      sliding = false;
      log.push('end');
    },
    scroll: ({ x, y }) => log.push(`scroll ${x},${y}`),
    pinch: (growth) => log.push(`pinch ${growth.toFixed(2)}`),
  });
});

function tap(x: number, y: number, time: number): void {
  gestures.down(1, { x, y }, time);
  gestures.up(1, time + 50);
}

it('a finger that comes and goes taps', () => {
  tap(10, 20, 0);
  expect(log).toEqual(['tap 10,20 with 1']);
});

it('a finger that trembles still taps', () => {
  gestures.down(1, { x: 10, y: 20 }, 0);
  gestures.move(1, { x: 14, y: 23 });
  gestures.up(1, 80);
  expect(log).toEqual(['tap 10,20 with 1']);
});

it.for([2, 3])('%d fingers tap together', (count) => {
  for (let finger = 0; finger < count; finger++) gestures.down(finger, { x: finger * 50, y: 0 }, finger * 10);
  for (let finger = 0; finger < count; finger++) gestures.up(finger, 100 + finger * 10);
  expect(log).toEqual([`tap 0,0 with ${count}`]);
});

it('a finger that rests presses long, once, and then does nothing more', () => {
  gestures.down(1, { x: 10, y: 20 }, 1000);
  expect(gestures.restsAt).toBe(1500);
  gestures.rest();
  gestures.move(1, { x: 90, y: 90 });
  gestures.up(1, 1700);
  expect(log).toEqual(['long press 10,20']);
  expect(gestures.restsAt).toBeUndefined();
});

it('a finger that moves slides, and holds what it tapped just before', () => {
  gestures.down(1, { x: 0, y: 0 }, 0);
  gestures.move(1, { x: 20, y: 0 });
  gestures.up(1, 20);
  tap(0, 0, 1000);
  gestures.down(1, { x: 0, y: 0 }, 1100);
  gestures.move(1, { x: 0, y: 30 });
  gestures.up(1, 1140);
  expect(log).toEqual([
    ...['slide from 0,0', 'to 20,0 by 20,0', 'end', 'tap 0,0 with 1'],
    ...['slide from 0,0 held', 'to 0,30 by 0,30', 'end'],
  ]);
});

describe('two fingers', () => {
  beforeEach(() => {
    gestures.down(1, { x: 100, y: 100 }, 0);
    gestures.down(2, { x: 200, y: 100 }, 5);
  });

  it('that move together scroll', () => {
    for (let step = 1; step <= 10; step++) {
      gestures.move(1, { x: 100, y: 100 + 4 * step });
      gestures.move(2, { x: 200, y: 100 + 4 * step });
    }
    const scrolled = log.map((line) => Number(line.split(',')[1])).reduce((sum, y) => sum + y, 0);
    expect(scrolled).toBe(40);
    expect(log.every((line) => line.startsWith('scroll 0,'))).toBe(true);
  });

  it('that move far at once, one told after the other, still scroll', () => {
    gestures.move(1, { x: 100, y: 400 });
    gestures.move(2, { x: 200, y: 400 });
    expect(log).toEqual(['scroll 0,300']);
  });

  it('of which one stays pinch', () => {
    for (let step = 1; step <= 6; step++) gestures.move(2, { x: 200 + 20 * step, y: 100 });
    expect(log.every((line) => line.startsWith('pinch '))).toBe(true);
    expect(log.length).toBeGreaterThan(1);
  });

  it('that move apart pinch', () => {
    gestures.move(1, { x: 60, y: 100 });
    gestures.move(2, { x: 240, y: 100 });
    const growth = log.reduce((product, line) => product * Number(line.split(' ')[1]), 1);
    expect(growth).toBeCloseTo(1.8, 1);
    expect(log.every((line) => line.startsWith('pinch '))).toBe(true);
  });

  it('of which one goes do nothing more', () => {
    gestures.move(1, { x: 100, y: 160 });
    gestures.move(2, { x: 200, y: 160 });
    log.length = 0;
    gestures.up(1, 30);
    gestures.move(2, { x: 300, y: 300 });
    gestures.up(2, 50);
    expect(log).toEqual([]);
  });
});

it('a second finger ends what the first one drags', () => {
  gestures.down(1, { x: 0, y: 0 }, 0);
  gestures.move(1, { x: 50, y: 0 });
  gestures.down(2, { x: 90, y: 0 }, 20);
  expect(log.at(-1)).toBe('end');
});

it('what the browser takes away is over', () => {
  gestures.down(1, { x: 0, y: 0 }, 0);
  gestures.move(1, { x: 50, y: 0 });
  gestures.cancel(1);
  expect(log.at(-1)).toBe('end');
  tap(5, 5, 1000);
  expect(log.at(-1)).toBe('tap 5,5 with 1');
});

it('whatever fingers do, none of them is left once all are gone', () => {
  const finger = fc.integer({ min: 1, max: 3 });
  const at = fc.record({ x: fc.integer({ min: 0, max: 300 }), y: fc.integer({ min: 0, max: 300 }) });
  const kind = fc.constantFrom('down', 'move', 'up', 'cancel', 'rest');
  fc.assert(
    fc.property(fc.array(fc.tuple(kind, finger, at), { maxLength: 60 }), (events) => {
      for (const [index, [what, id, point]] of events.entries()) {
        const time = index * 40;
        if (what === 'down') gestures.down(id, point, time);
        if (what === 'move') gestures.move(id, point);
        if (what === 'up') gestures.up(id, time);
        if (what === 'cancel') gestures.cancel(id);
        if (what === 'rest') gestures.rest();
      }
      for (const id of [1, 2, 3]) gestures.up(id, 1e6);
      expect(sliding).toBe(false);
      log.length = 0;
      tap(7, 8, 2e6);
      expect(log).toEqual(['tap 7,8 with 1']);
    }),
  );
});
