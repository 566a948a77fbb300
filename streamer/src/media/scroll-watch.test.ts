import { afterAll, describe, expect, test } from 'vitest';
import { ScrollWatch } from './scroll-watch.ts';
import { SharedMemory } from './shared-memory.ts';

const WIDTH = 100;
const HEIGHT = 120;
const whole = { x: 0, y: 0, width: WIDTH, height: HEIGHT };

describe('scrolling in the video', () => {
  const memory = SharedMemory.create(WIDTH * HEIGHT * 4);
  afterAll(() => memory[Symbol.dispose]());
  const words = new Uint32Array(memory.bytes);
  const screen = { address: memory.address, width: WIDTH, height: HEIGHT, stride: WIDTH * 4 };
  /** Every row of the page is another one. */
  const show = (top: number) => {
    for (let row = 0; row < HEIGHT; row++) words.fill(top + row, row * WIDTH, (row + 1) * WIDTH);
  };
  let [top, time] = [1, 0];
  /** Scrolls until it is seen. @returns after how many changes */
  const changesUntilSeen = (watch: ScrollWatch): number => {
    for (let changes = 1; ; changes++) {
      top += 8;
      time += 17;
      show(top);
      if (watch.sees(whole, time)) return changes;
    }
  };

  test('is seen at once', () => {
    expect(changesUntilSeen(new ScrollWatch(screen))).toBe(2);
  });

  test('is looked for less and less often where it does not last', () => {
    const watch = new ScrollWatch(screen);
    const waits = Array.from({ length: 8 }, () => changesUntilSeen(watch));
    expect(waits.slice(0, 4)).toEqual([2, 60, 120, 240]);
    expect(waits.at(-1)).toBe(waits.at(-2));
  });

  test('is seen at once again where it lasted', () => {
    const watch = new ScrollWatch(screen);
    for (let times = 0; times < 3; times++) changesUntilSeen(watch);
    time += 5000;
    expect(changesUntilSeen(watch)).toBe(2);
  });

  test('is none where other pictures come', () => {
    const watch = new ScrollWatch(screen);
    for (let picture = 0; picture < 200; picture++) {
      show(picture * 1000);
      expect(watch.sees(whole, picture * 17)).toBe(false);
    }
  });
});
