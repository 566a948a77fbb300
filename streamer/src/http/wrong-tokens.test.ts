import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { WrongTokens } from './wrong-tokens.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** How long, ms, the next wrong token of this address has to wait. */
async function waitOf(wrongTokens: WrongTokens, address: string): Promise<number> {
  const started = Date.now();
  const waited = wrongTokens.wait(address).then(() => Date.now() - started);
  await vi.runAllTimersAsync();
  return waited;
}

it('lets an address wait longer each time, up to a limit, and others not', async () => {
  const wrongTokens = new WrongTokens();
  const waits = [];
  for (let i = 0; i < 8; i++) waits.push(await waitOf(wrongTokens, 'a'));
  expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 8000, 8000]);
  expect(await waitOf(wrongTokens, 'b')).toBe(250);
});

it('forgets after a minute of peace', async () => {
  const wrongTokens = new WrongTokens();
  await waitOf(wrongTokens, 'a');
  await waitOf(wrongTokens, 'a');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await waitOf(wrongTokens, 'a')).toBe(250);
});

it('keeps a bounded number waiting', async () => {
  const wrongTokens = new WrongTokens();
  const answers = Array.from({ length: 100 }, (_, i) => wrongTokens.wait(String(i)));
  await vi.runAllTimersAsync();
  expect((await Promise.all(answers)).filter(Boolean)).toHaveLength(64);
});
