import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { recoverQuickly } from './sctp-recovery.ts';
import { connect, every, ROUND_TRIP, type Way } from './testing/sctp-line.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('delivers everything in order over a way that loses a tenth, none later than after a few round trips', async () => {
  const line = await connected({ loses: every(10) });
  const sent = new Map<number, number>();
  const took: number[] = [];
  line.onMessage((data) => took.push(performance.now() - sent.get(data.readUInt32BE())!));
  for (let id = 0; id < 300; id++) {
    const message = Buffer.alloc(5000);
    message.writeUInt32BE(id);
    sent.set(id, performance.now());
    line.send(message);
    await vi.advanceTimersByTimeAsync(16);
  }
  await vi.advanceTimersByTimeAsync(2000);
  expect(took).toHaveLength(300);
  expect(Math.max(...took)).toBeLessThan(6 * ROUND_TRIP);
});

it('has nothing wait for what is lost now and then: where the way is wide, it went twice', async () => {
  expect(await lateOver({ bottleneck: undefined })).toBeLessThan(12);
  expect(await lateOver({ bottleneck: 4000 })).toBeLessThan(12);
  expect(await lateOver({ bottleneck: 2000 })).toBeGreaterThan(20);
});

it('sends a large message at once', async () => {
  const line = await connected({ loses: () => false });
  await vi.advanceTimersByTimeAsync(1000);
  const start = performance.now();
  let took = Number.NaN;
  line.onMessage(() => {
    took = performance.now() - start;
  });
  line.send(Buffer.alloc(60_000));
  await vi.advanceTimersByTimeAsync(1000);
  expect(took).toBeLessThan(ROUND_TRIP);
});

it('has all that a pause of the way took within a few round trips after it', async () => {
  let paused = false;
  const line = await connected({ loses: () => paused });
  let arrived = 0;
  line.onMessage(() => arrived++);
  for (let id = 0; id < 30; id++) {
    paused = id >= 20;
    line.send(Buffer.alloc(5000));
    await vi.advanceTimersByTimeAsync(16);
  }
  paused = false;
  await vi.advanceTimersByTimeAsync(10 * ROUND_TRIP);
  expect(arrived).toBe(30);
});

it('does not flood a way that is gone', async () => {
  let gone = false;
  let packets = 0;
  const line = await connected({
    loses() {
      packets++;
      return gone;
    },
  });
  gone = true;
  for (let id = 0; id < 20; id++) line.send(Buffer.alloc(5000));
  await vi.advanceTimersByTimeAsync(100);
  packets = 0;
  await vi.advanceTimersByTimeAsync(20_000);
  expect(packets).toBeLessThan(20);
});

/** How many of 300 small messages are late over a way that loses one packet in fifty. */
async function lateOver({ bottleneck }: { bottleneck: number | undefined }): Promise<number> {
  const line = await connected({ loses: every(50), bottleneck });
  const sent: number[] = [];
  let late = 0;
  line.onMessage((data) => {
    if (performance.now() - sent[data.readUInt32BE()]! > ROUND_TRIP) late++;
  });
  for (let id = 0; id < 300; id++) {
    const message = Buffer.alloc(2500);
    message.writeUInt32BE(id);
    sent.push(performance.now());
    line.send(message);
    await vi.advanceTimersByTimeAsync(16);
  }
  return late;
}

function connected({ loses, bottleneck }: Way & { bottleneck?: number | undefined }) {
  return connect({ loses }, (transport) => recoverQuickly(transport, () => bottleneck));
}
