import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KEEP_MEANING, SpareKeycodes } from './spare-keycodes.ts';

test('each keysym gets a keycode of its own as long as there are any, and keeps it', () => {
  const spare = new SpareKeycodes([8, 9]);
  expect(spare.take(1, 0)).toEqual({ keycode: 8, fresh: true, wait: 0 });
  expect(spare.take(2, 0)).toEqual({ keycode: 9, fresh: true, wait: 0 });
  expect(spare.take(1, 0)).toEqual({ keycode: 8, fresh: false, wait: 0 });
});

test('the one that was pressed longest ago gets the next meaning, not before programs had their time', () => {
  const spare = new SpareKeycodes([8, 9]);
  spare.take(1, 0);
  spare.take(2, 10);
  spare.take(1, 20);
  expect(spare.take(3, 30)).toEqual({ keycode: 9, fresh: true, wait: 10 + KEEP_MEANING - 30 });
  expect(spare.take(4, 20 + KEEP_MEANING)).toEqual({ keycode: 8, fresh: true, wait: 0 });
});

test('without spare keycodes there is nothing to take', () => {
  expect(new SpareKeycodes([]).take(1, 0)).toBeUndefined();
});

test('whatever is typed, a keycode keeps its meaning long enough', () => {
  const keysyms = fc.array(fc.record({ keysym: fc.integer({ min: 1, max: 9 }), after: fc.nat(50) }));
  fc.assert(
    fc.property(keysyms, (typed) => {
      const spare = new SpareKeycodes([8, 9, 10]);
      const meanings = new Map<number, { keysym: number; pressedAt: number }>();
      let now = 0;
      for (const { keysym, after } of typed) {
        now += after;
        const lease = spare.take(keysym, now)!;
        now += lease.wait;
        const before = meanings.get(lease.keycode);
        if (lease.fresh && before) expect(now - before.pressedAt).toBeGreaterThanOrEqual(KEEP_MEANING);
        if (!lease.fresh) expect(before?.keysym).toBe(keysym);
        meanings.set(lease.keycode, { keysym, pressedAt: now });
      }
    }),
  );
});
