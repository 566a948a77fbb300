import { decodeFleeting, decodeNumbered, encodePointer, NUMBERED_WINDOW } from '@deskside/protocol';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { OrderedLine } from './ordered-line.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A line whose quick way is there, or takes everything and loses it, or is not there. */
function lineOver(ways: { quick: 'works' | 'loses' | 'none' }) {
  const safely: number[] = [];
  const quickly: number[] = [];
  const loosely: number[] = [];
  const line = new OrderedLine({
    sendSafely: (bytes) => void safely.push(bytes[0] === 0x18 ? decodeNumbered(bytes).number : -1),
    sendQuickly(bytes) {
      if (ways.quick === 'none') return false;
      if (ways.quick === 'works') quickly.push(decodeNumbered(bytes).number);
      return true;
    },
    sendLoosely(bytes) {
      if (ways.quick === 'none') return false;
      loosely.push(decodeFleeting(bytes).after);
      return true;
    },
  });
  return { line, safely, quickly, loosely };
}

const KEY = { type: 'key', code: 'KeyA', down: true } as const;
const pointer = (buttons: number) => encodePointer({ sequence: 1, x: 0, y: 0, buttons });

it('gets everything across, whatever becomes of the quick way', () => {
  const step = fc.record({
    quick: fc.constantFrom('works', 'loses', 'none'),
    keys: fc.nat(5),
    pause: fc.nat(600),
    breaks: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const ways: Parameters<typeof lineOver>[0] = { quick: 'none' };
      const { line, safely, quickly } = lineOver(ways);
      let sent = 0;
      for (const { quick, keys, pause, breaks } of steps) {
        ways.quick = quick as typeof ways.quick;
        for (let key = 0; key < keys; key++, sent++) line.send(KEY);
        vi.advanceTimersByTime(pause);
        if (breaks) line.quickWayBroke();
      }
      vi.advanceTimersByTime(1000);
      const numbers = new Set([...safely, ...quickly]);
      expect([...numbers].toSorted((a, b) => a - b)).toEqual(Array.from({ length: sent }, (_, i) => i + 1));
      line[Symbol.dispose]();
    }),
  );
});

it('sends over the WebSocket as well what the quick way had no word of in time, and once', () => {
  const { line, quickly, safely } = lineOver({ quick: 'works' });
  line.send(KEY);
  line.send(KEY);
  vi.advanceTimersByTime(300);
  line.arrived(1);
  vi.advanceTimersByTime(10_000);
  expect([quickly, safely]).toEqual([[1, 2], [2]]);
});

it('sends motion loosely, after what was sent before, and buttons in order', () => {
  const { line, quickly, loosely } = lineOver({ quick: 'works' });
  line.sendPointer(pointer(0));
  line.sendPointer(pointer(1));
  line.sendPointer(pointer(1));
  line.sendPointer(pointer(0));
  expect(quickly).toEqual([1, 2]);
  expect(loosely).toEqual([0, 1]);
});

it('has no more under way than the streamer keeps', () => {
  const { line, safely } = lineOver({ quick: 'none' });
  const size = 32 * 1024;
  for (let i = 0; i < 20; i++) line.sendBinary(new Uint8Array(size));
  expect(safely).toHaveLength(Math.floor(NUMBERED_WINDOW / (size + 8)));
  line.arrived(safely.length);
  expect(safely).toHaveLength(20);
});

it('has nothing to watch over what went over the WebSocket', () => {
  const { line, safely } = lineOver({ quick: 'none' });
  line.send(KEY);
  expect(safely).toEqual([1]);
  expect(vi.getTimerCount()).toBe(0);
});

it('sends over a new connection what the last one lost, with numbers of its own', () => {
  const { line, safely } = lineOver({ quick: 'none' });
  for (let i = 0; i < 4; i++) line.send(KEY);
  line.interrupt();
  line.send(KEY);
  line.sendPointer(pointer(0));
  expect(safely).toEqual([1, 2, 3, 4]);
  line.restart(3);
  line.send(KEY);
  expect(safely).toEqual([1, 2, 3, 4, 1, 2, 3]);
});

it('sends nothing again of which nobody knows whether it arrived', () => {
  const { line, safely } = lineOver({ quick: 'none' });
  line.send(KEY);
  line.restart(undefined);
  line.send(KEY);
  expect(safely).toEqual([1, 1]);
});

it('sends nothing again of what was begun long ago', () => {
  const { line, safely } = lineOver({ quick: 'none' });
  line.send(KEY);
  vi.advanceTimersByTime(30_001);
  line.send(KEY);
  line.restart(0);
  expect(safely).toEqual([1, 2]);
});

it('neither copies nor pastes over a new connection', () => {
  const { line, safely } = lineOver({ quick: 'none' });
  line.send(KEY);
  line.sendBulk({ type: 'clipboard', transfer: 1, items: [] });
  line.sendBulk(new Uint8Array(100));
  line.send(KEY);
  line.restart(0);
  expect(safely).toEqual([1, 2, 3, 4, 1]);
});
