import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { acknowledgeAlong } from './sctp-acknowledgements.ts';
import { recoverQuickly } from './sctp-recovery.ts';
import { connect, ROUND_TRIP } from './testing/sctp-line.ts';

/** Between two pictures, ms. */
const FRAME = 16;

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('sends one packet for a picture and the acknowledgement of what the viewer said', async () => {
  const { line, packets } = await counted();
  let answers = 0;
  line.onMessage((data) => line.answer(data));
  line.onAnswer(() => answers++);
  for (let id = 0; id < 100; id++) {
    line.send(Buffer.alloc(400, id));
    await vi.advanceTimersByTimeAsync(FRAME);
  }
  await vi.advanceTimersByTimeAsync(10 * ROUND_TRIP);
  expect(answers).toBe(100);
  // The last pictures were out when their answers came.
  expect(packets()).toBeLessThan(105);
});

it('does not keep the viewer waiting when there is nothing to send', async () => {
  const { line, packets } = await counted();
  line.answer(Buffer.alloc(10));
  await vi.advanceTimersByTimeAsync(ROUND_TRIP + 2 * FRAME);
  expect(packets()).toBe(1);
});

it('acknowledges every second packet at once', async () => {
  const { line, packets } = await counted();
  for (let id = 0; id < 20; id++) line.answer(Buffer.alloc(10));
  await vi.advanceTimersByTimeAsync(ROUND_TRIP);
  expect(packets()).toBe(10);
});

it('leaves packets full of data alone', async () => {
  const { line } = await counted();
  const got: Buffer[] = [];
  line.onMessage((data) => got.push(data));
  line.answer(Buffer.alloc(10));
  await vi.advanceTimersByTimeAsync(ROUND_TRIP / 2 + 1);
  const large = Buffer.from(Array.from({ length: 50_000 }, (_, i) => i & 255));
  line.send(large);
  await vi.advanceTimersByTimeAsync(10 * ROUND_TRIP);
  expect(got).toEqual([large]);
});

/** A line, and how many packets went to the viewer. */
async function counted() {
  let count = 0;
  const line = await connect(
    {
      loses() {
        count++;
        return false;
      },
    },
    (transport) => {
      acknowledgeAlong(transport);
      recoverQuickly(transport, () => undefined);
    },
  );
  await vi.advanceTimersByTimeAsync(1000);
  count = 0;
  return { line, packets: () => count };
}
