import { afterAll, describe, expect, test } from 'vitest';
import { SharedMemory } from './shared-memory.ts';
import { ShiftDetector } from './shift.ts';

const WIDTH = 200;
const HEIGHT = 160;
const whole = { x: 0, y: 0, width: WIDTH, height: HEIGHT };

describe('content that moved', () => {
  const memory = SharedMemory.create(WIDTH * HEIGHT * 4);
  afterAll(() => memory[Symbol.dispose]());
  const words = new Uint32Array(memory.bytes);
  const screen = { address: memory.address, width: WIDTH, height: HEIGHT, stride: WIDTH * 4 };
  /** Every row of the page is another one. */
  const draw = (from: number, { x, y, width, height } = whole) => {
    for (let row = 0; row < height; row++) {
      const start = (y + row) * WIDTH + x;
      words.fill(0x1000 + from + row, start, start + width);
    }
  };

  test.each([
    ['up', 8, [{ ...whole, height: 152, dx: 0, dy: -8 }], [{ ...whole, y: 152, height: 8 }]],
    ['down', -8, [{ ...whole, y: 8, height: 152, dx: 0, dy: 8 }], [{ ...whole, height: 8 }]],
    ['nowhere', 0, [], []],
    ['further than it is high', 500, [], [whole]],
  ])('%s', (_, by, copies, rest) => {
    draw(1000);
    const detector = new ShiftDetector(screen);
    detector.learnAll(() => true);
    draw(1000 + by);
    expect(detector.find(whole)).toEqual({ copies, rest });
  });

  test('in a window, whose rows are not those of the whole screen', () => {
    const window = { x: 48, y: 30, width: 100, height: 100 };
    draw(5000);
    const detector = new ShiftDetector(screen);
    draw(1000, window);
    detector.find(window); // Cuts the strips.
    detector.learnAll(() => true);
    draw(1013, window);
    expect(detector.find(window)).toEqual({
      copies: [{ ...window, height: 87, dx: 0, dy: -13 }],
      rest: [{ ...window, y: 117, height: 13 }],
    });
  });

  test('is nothing where all is drawn anew, as it was, in parts of whatever width', () => {
    draw(1000);
    const detector = new ShiftDetector(screen);
    detector.learnAll(() => true);
    const parts = [
      { ...whole, height: 100 },
      { x: 0, y: 100, width: 70, height: 60 },
      { x: 130, y: 100, width: 70, height: 60 },
    ];
    for (const part of [...parts, ...parts]) expect(detector.find(part)).toEqual({ copies: [], rest: [] });
  });

  test('is told apart from what changed in a strip that is cut', () => {
    draw(1000);
    const detector = new ShiftDetector(screen);
    detector.learnAll(() => true);
    const changed = { x: 60, y: 40, width: 80, height: 60 };
    draw(7000, changed);
    expect(detector.find(changed)).toEqual({ copies: [], rest: [changed] });
    expect(detector.find({ ...whole, height: 40 })).toEqual({ copies: [], rest: [] });
  });

  test('is not looked for where the viewers have no exact pixels', () => {
    draw(1000);
    const detector = new ShiftDetector(screen);
    detector.learnAll(() => true);
    detector.forget({ x: 10, y: 40, width: 20, height: 60 });
    draw(1008);
    const { copies } = detector.find(whole);
    // Rows 40 to 100 were forgotten: nothing is copied from there.
    expect(copies).toEqual([
      { ...whole, height: 32, dx: 0, dy: -8 },
      { ...whole, y: 92, height: 60, dx: 0, dy: -8 },
    ]);
  });

  test('is not looked for beside what was sent, once there were too many strips', () => {
    draw(1000);
    const detector = new ShiftDetector(screen);
    for (let x = 1; x < 77; x += 4) detector.find({ ...whole, x, width: 2 });
    const sent = { ...whole, x: 150, width: 20 };
    detector.find(sent);
    detector.learn(sent);
    draw(1013);
    const { copies } = detector.find({ ...whole, width: 170 });
    expect(copies).toEqual([{ ...sent, height: 147, dx: 0, dy: -13 }]);
  });
});
