import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { askForImmediateSacks } from './sctp-immediate-sack.ts';
import { recoverQuickly } from './sctp-recovery.ts';
import { watchForSilence } from './sctp-silence.ts';
import { connect, every, ROUND_TRIP, type Way } from './testing/sctp-line.ts';

/** Between two pictures, ms. */
const FRAME = 16;

/** Bytes of a picture. A small one is answered by the page, with an acknowledgement: none is asked for. */
const LARGE = 2500;
const SMALL = 100;

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('tells of it three pictures after the first answer that is missing, once, and when all has come', async () => {
  const line = await lineThatMayBreak();
  await line.send(50);
  line.breaks(true);
  await line.send(1);
  await vi.advanceTimersByTimeAsync(ROUND_TRIP);
  expect(line.told).toEqual([]);
  await vi.advanceTimersByTimeAsync(2 * FRAME);
  expect(line.told).toEqual(['silence']);
  await vi.advanceTimersByTimeAsync(2000);
  line.breaks(false);
  expect(line.told).toEqual(['silence']);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(line.told).toEqual(['silence', 'over']);
});

it('tells of it as soon where the first one is small', async () => {
  const line = await lineThatMayBreak();
  await line.send(50);
  line.breaks(true);
  await line.send(1, SMALL);
  await line.send(1);
  await vi.advanceTimersByTimeAsync(ROUND_TRIP - FRAME);
  expect(line.told).toEqual([]);
  await vi.advanceTimersByTimeAsync(2 * FRAME);
  expect(line.told).toEqual(['silence']);
});

it('leaves a lone small one to the page, which may be busy, until it was sent again', async () => {
  const line = await lineThatMayBreak();
  await line.send(50);
  await vi.advanceTimersByTimeAsync(1000);
  line.breaks(true);
  await line.send(1, SMALL);
  await vi.advanceTimersByTimeAsync(ROUND_TRIP + 2 * FRAME);
  expect(line.told).toEqual([]);
  await vi.advanceTimersByTimeAsync(200);
  expect(line.told).toEqual(['silence']);
});

it('tells of the next one as well', async () => {
  const line = await lineThatMayBreak();
  for (const broken of [false, true, false, true]) {
    line.breaks(broken);
    await line.send(broken ? 10 : 100);
  }
  expect(line.told).toEqual(['silence', 'over', 'silence']);
});

it('is not silent as long as anything comes back, whatever is lost', async () => {
  for (const nth of [2, 10, 30]) {
    const line = await connected({ loses: every(nth) });
    await line.send(200);
    expect(line.told).toEqual([]);
  }
});

it('is not silent when there is nothing to answer', async () => {
  const line = await connected({ loses: () => false });
  await line.send(50);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(line.told).toEqual([]);
});

it('counts what has come and was not read yet, since this process was busy', async () => {
  const line = await connected({ loses: () => false });
  await line.send(50);
  await vi.advanceTimersByTimeAsync(1000);
  const read = line.holdAnswers();
  const judge = vi.spyOn(globalThis, 'setImmediate');
  // Node reads after timers that are late, and before immediates.
  judge.mockImplementationOnce((act) => {
    read();
    return setTimeout(act, 0) as unknown as NodeJS.Immediate;
  });
  await line.send(10);
  expect(judge).toHaveBeenCalled();
  expect(line.told).toEqual([]);
});

async function lineThatMayBreak() {
  let broken = false;
  const line = await connected({ loses: () => broken });
  return {
    ...line,
    breaks(now: boolean) {
      broken = now;
    },
  };
}

async function connected(way: Way) {
  const told: string[] = [];
  const line = await connect(way, (transport) => {
    askForImmediateSacks(transport, (message) => message.length < LARGE);
    recoverQuickly(transport, () => undefined);
    watchForSilence(transport, {
      onSilence: () => told.push('silence'),
      onSilenceOver: () => told.push('over'),
    });
  });
  return {
    told,
    holdAnswers: line.holdAnswers,
    /** So many pictures. */
    async send(pictures: number, size = LARGE): Promise<void> {
      for (let i = 0; i < pictures; i++) {
        line.send(Buffer.alloc(size));
        await vi.advanceTimersByTimeAsync(FRAME);
      }
    },
  };
}
