import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { collectNowAndThen } from './garbage.ts';
import { residentProgram } from './testing/resident-program.ts';

const MB = 1024 * 1024;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout'] });
});

afterEach(() => {
  vi.useRealTimers();
});

it('gives back what the start needed', async () => {
  const before = residentProgram();
  collectNowAndThen();
  vi.advanceTimersByTime(15_000);
  await expect.poll(residentProgram).toBeLessThan(before / 2);
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
