import { NUMBERED_WINDOW } from '@deskside/protocol';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ArrivalNotice } from './arrival-notice.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const KEY = 40;

it.each([
  ['a key over WebRTC', KEY, false, 50],
  ['a key over the WebSocket', KEY, true, 1000],
  ['much over the WebSocket', NUMBERED_WINDOW / 4, true, 50],
])('tells of %s (%i bytes, safe: %s) after %i ms', (_what, bytes, isSafe, delay) => {
  const tell = vi.fn();
  using notice = new ArrivalNotice(tell);
  notice.came(bytes, isSafe);
  vi.advanceTimersByTime(delay - 1);
  expect(tell).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(tell).toHaveBeenCalledOnce();
});

it('tells once of what comes one after the other, and sooner once something is in a hurry', () => {
  const tell = vi.fn();
  using notice = new ArrivalNotice(tell);
  for (let key = 0; key < 5; key++) notice.came(KEY, true);
  notice.came(KEY, false);
  notice.came(KEY, true);
  vi.advanceTimersByTime(50);
  expect(tell).toHaveBeenCalledOnce();
  vi.advanceTimersByTime(10_000);
  expect(tell).toHaveBeenCalledOnce();
});

it('leaves no more than a part of the window untold, however small the messages are', () => {
  const tell = vi.fn();
  using notice = new ArrivalNotice(tell);
  for (let bytes = 0; bytes < NUMBERED_WINDOW / 2; bytes += KEY) notice.came(KEY, true);
  vi.advanceTimersByTime(50);
  expect(tell).toHaveBeenCalledOnce();
});

it('has time again once it has told', () => {
  const tell = vi.fn();
  using notice = new ArrivalNotice(tell);
  notice.came(NUMBERED_WINDOW / 4, true);
  vi.advanceTimersByTime(50);
  notice.came(KEY, true);
  vi.advanceTimersByTime(999);
  expect(tell).toHaveBeenCalledOnce();
});
