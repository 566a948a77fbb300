import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { collectNowAndThen } from './garbage.ts';

const MB = 1024 * 1024;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});

afterEach(() => {
  vi.useRealTimers();
});

it('collects what nothing holds any more once the process rests', async () => {
  collectNowAndThen();
  const dropped = await drop(8 * MB);
  vi.advanceTimersByTime(60_000);
  // It was busy until now.
  vi.advanceTimersByTime(100);
  expect(dropped.deref()).toBeDefined();
  for (let rests = 0; dropped.deref() && rests < 50; rests++) {
    await sleep(300);
    vi.advanceTimersByTime(100);
    await sleep(0);
  }
  expect(dropped.deref()).toBeUndefined();
});

it('collects the first time whatever there is: a start leaves more than V8 counts', async () => {
  collectNowAndThen();
  const dropped = await drop(1);
  vi.advanceTimersByTime(70_000);
  expect(dropped.deref()).toBeUndefined();
});

it('collects at last even if the process never rests', async () => {
  collectNowAndThen();
  const dropped = await drop(8 * MB);
  vi.advanceTimersByTime(70_000);
  expect(dropped.deref()).toBeUndefined();
});

/** A reference to so many bytes, which a collection may take. */
async function drop(bytes: number): Promise<WeakRef<Uint8Array>> {
  const dropped = new WeakRef(new Uint8Array(bytes));
  // Within a turn of the event loop what was looked at through a reference stays.
  await sleep(0);
  return dropped;
}
