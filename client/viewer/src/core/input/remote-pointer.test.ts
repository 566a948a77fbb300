import { BinaryType, decodePointer, decodePointerMotion, decodeWheel } from '@deskside/protocol';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { RemotePointer } from './remote-pointer.ts';

let sent: Uint8Array[];
let remote: RemotePointer;

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  remote = open();
});
afterEach(() => {
  remote[Symbol.dispose]();
  vi.useRealTimers();
});

function open(): RemotePointer {
  const send = (bytes: Uint8Array): void => void sent.push(bytes);
  return new RemotePointer({
    screen: () => ({ width: 800, height: 600 }),
    sendBinary: send,
    sendPointer: send,
  });
}

const motions = () => sent.filter(([type]) => type === BinaryType.PointerMotion).map(decodePointerMotion);

it('starts in the middle of the screen and stays on it', () => {
  expect(remote.position).toEqual({ x: 400, y: 300 });
  remote.moveTo({ x: -5, y: 1e6 });
  expect(decodePointer(sent[0]!)).toEqual({ sequence: 1, x: 0, y: 599, buttons: 0 });
});

it('says again and again which buttons are down, and lifts them at the end', () => {
  remote.moveTo({ x: 1, y: 2 }, 1);
  vi.advanceTimersByTime(1000);
  expect(sent.slice(1).map((bytes) => decodePointer(bytes).buttons)).toEqual([1, 1]);
  remote.liftButtons();
  expect(decodePointer(sent.at(-1)!).buttons).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
});

it('says so by motion while it is moved by it, so that the pointer does not jump', () => {
  remote.moveBy({ x: 3, y: 0 }, 4);
  vi.advanceTimersByTime(500);
  expect(motions()).toEqual([
    { dx: 3, dy: 0, buttons: 4 },
    { dx: 0, dy: 0, buttons: 4 },
  ]);
});

it('sends a long turn of the wheel in as many messages as it takes', () => {
  remote.wheel({ x: 0, y: 100_000 });
  expect(sent.map((bytes) => decodeWheel(bytes).dy)).toEqual([32767, 32767, 32767, 1699]);
});

it('ignores buttons that the protocol lacks: an eraser', () => {
  remote.press(32 | 1);
  expect(remote.buttons).toBe(1);
});

it.for(['motion', 'wheel'] as const)('no fraction of %s is lost', (kind) => {
  const step = fc.double({ min: -500, max: 500, noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.tuple(step, step), { maxLength: 300 }), (steps) => {
      sent.length = 0;
      const fresh = open();
      for (const [x, y] of steps) kind === 'motion' ? fresh.moveBy({ x, y }) : fresh.wheel({ x, y });
      const told = kind === 'motion' ? motions() : sent.map((bytes) => decodeWheel(bytes));
      const rest = (axis: 0 | 1, key: 'dx' | 'dy') =>
        steps.reduce((sum, each) => sum + each[axis], 0) - told.reduce((sum, each) => sum + each[key], 0);
      expect(Math.abs(rest(0, 'dx'))).toBeLessThan(1.0001);
      expect(Math.abs(rest(1, 'dy'))).toBeLessThan(1.0001);
    }),
  );
});
