import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { askForImmediateSacks, asksForImmediateSack } from './sctp-immediate-sack.ts';
import { recoverQuickly } from './sctp-recovery.ts';
import { connect, ROUND_TRIP } from './testing/sctp-line.ts';

const ANSWERED = Buffer.from([1]);
const UNANSWERED = Buffer.from([0]);

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('asks for no acknowledgement that comes with an answer', async () => {
  const { line, asked } = await connected();
  for (const message of [ANSWERED, UNANSWERED, ANSWERED]) {
    line.send(message);
    await vi.advanceTimersByTimeAsync(1000);
  }
  expect(asked).toEqual([false, true, false]);
});

it('asks while what came before is unanswered, which a busy page may be the reason of', async () => {
  const { line, asked } = await connected();
  line.send(ANSWERED);
  await vi.advanceTimersByTimeAsync(ROUND_TRIP / 2);
  line.send(ANSWERED);
  await vi.advanceTimersByTimeAsync(1000);
  line.send(ANSWERED);
  expect(asked).toEqual([false, true, false]);
});

it('asks for what takes more than one packet', async () => {
  const { line, asked } = await connected();
  line.send(Buffer.alloc(2000, 1));
  await vi.advanceTimersByTimeAsync(1000);
  expect(asked).toEqual([true, true]);
});

it('asks for what is sent again', async () => {
  let lost = false;
  const { line, asked } = await connected(() => lost);
  lost = true;
  line.send(ANSWERED);
  await vi.advanceTimersByTimeAsync(10);
  lost = false;
  await vi.advanceTimersByTimeAsync(1000);
  expect(asked).toEqual([false, true]);
});

/** A line whose messages are answered if they begin with 1, and for each packet whether it asked. */
async function connected(loses: () => boolean = () => false) {
  const asked: boolean[] = [];
  const line = await connect({ loses }, (transport) => {
    const association = transport.sctp as unknown as Association;
    const send = association.sendChunk.bind(association);
    association.sendChunk = (chunk) => {
      if (chunk.type === 0) asked.push(asksForImmediateSack(chunk));
      return send(chunk);
    };
    askForImmediateSacks(transport, (message) => message[0] === 1);
    recoverQuickly(transport, () => undefined);
  });
  return { line, asked };
}

interface Association {
  sendChunk(chunk: Parameters<typeof asksForImmediateSack>[0]): Promise<void>;
}
