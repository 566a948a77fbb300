import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ProtocolError } from './bytes.ts';
import {
  type ClipItem,
  type ClipMessage,
  type ClipOffer,
  ClipType,
  decodeClipPart,
  offerOf,
} from './clip.ts';
import { ClipLine } from './clip-line.ts';
import { CLIP_WINDOW, MAX_CLIP_PART } from './limits.ts';

/** Two ends of a line on which nothing moves by itself. */
class Pair {
  readonly offers: ClipOffer[] = [];
  readonly toReceiver: (ClipMessage | Uint8Array)[] = [];
  readonly toSender: ClipMessage[] = [];
  readonly sender = new ClipLine({
    send: (message) => this.toReceiver.push(message),
    sendBinary: (bytes) => this.toReceiver.push(bytes),
    onOffer: () => {},
  });
  readonly receiver = new ClipLine({
    send: (message) => this.toSender.push(message),
    sendBinary: () => {},
    onOffer: (offer) => this.offers.push(offer),
  });

  /** Bytes of parts that are under way. */
  get underWay(): number {
    return this.toReceiver.reduce(
      (sum, item) => sum + (item instanceof Uint8Array ? item.byteLength - 8 : 0),
      0,
    );
  }

  /** Delivers until nothing is under way. */
  async run(): Promise<void> {
    await Promise.resolve();
    for (;;) {
      const item = this.toReceiver.shift();
      if (item instanceof Uint8Array) this.receiver.receiveBinary(item);
      else if (item) this.receiver.receive(item);
      const answer = this.toSender.shift();
      if (answer) this.sender.receive(answer);
      if (!item && !answer) return;
    }
  }
}

const clips = fc.uniqueArray(
  fc.record({
    type: fc.constantFrom(...ClipType.options),
    data: fc.nat(3 * MAX_CLIP_PART).map((length) => new Uint8Array(length).map((_, index) => index * 31)),
  }),
  { selector: ({ type }) => type, minLength: 1 },
);

it('any clip arrives as it was, and little of it is under way at a time', async () => {
  await fc.assert(
    fc.asyncProperty(clips, async (clip: ClipItem[]) => {
      const pair = new Pair();
      pair.sender.offer(offerOf(clip));
      await Promise.resolve();
      expect(pair.underWay).toBeLessThanOrEqual(CLIP_WINDOW);
      await pair.run();
      expect(pair.sender.underWay).toBeUndefined();
      expect(pair.offers).toHaveLength(1);
      expect(await pair.offers[0]!.content).toEqual(clip);
    }),
    { numRuns: 30 },
  );
});

const text = (bytes: number): ClipItem[] => [{ type: 'text/plain', data: new Uint8Array(bytes).fill(120) }];

it('is announced before its bytes are known', async () => {
  const pair = new Pair();
  const content = Promise.withResolvers<readonly ClipItem[]>();
  pair.sender.offer({ items: [{ type: 'text/plain', size: 3 }], content: content.promise });
  await pair.run();
  expect(pair.offers[0]!.items).toEqual([{ type: 'text/plain', size: 3 }]);
  content.resolve(text(3));
  await content.promise;
  await pair.run();
  expect(await pair.offers[0]!.content).toEqual(text(3));
});

it('a later clip takes the place of one under way', async () => {
  const pair = new Pair();
  pair.sender.offer(offerOf(text(10 * CLIP_WINDOW)));
  await Promise.resolve();
  pair.sender.offer(offerOf(text(7)));
  await pair.run();
  await expect(pair.offers[0]!.content).rejects.toThrow('did not come');
  expect(await pair.offers[1]!.content).toEqual(text(7));
});

it('bytes that cannot be had end what was announced', async () => {
  const pair = new Pair();
  const content = Promise.reject(new Error('gone'));
  pair.sender.offer({ items: [{ type: 'image/png', size: 3 }], content });
  await content.catch(() => {});
  await pair.run();
  await expect(pair.offers[0]!.content).rejects.toThrow('did not come');
});

it('knows what has not arrived when the line goes', async () => {
  const pair = new Pair();
  const clip = offerOf(text(2 * CLIP_WINDOW));
  pair.sender.offer(clip);
  await Promise.resolve();
  pair.receiver.receive(pair.toReceiver.shift() as ClipMessage);
  pair.receiver.receiveBinary(pair.toReceiver.shift() as Uint8Array);
  pair.sender.receive(pair.toSender.shift()!);
  expect(pair.sender.underWay).toBe(clip);
});

it('what is under way when the line goes does not come', async () => {
  const pair = new Pair();
  pair.receiver.receive({ type: 'clipboard', transfer: 1, items: [{ type: 'text/plain', size: 3 }] });
  pair.receiver[Symbol.dispose]();
  await expect(pair.offers[0]!.content).rejects.toThrow('did not come');
});

it('rubbish changes nothing or is refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      const pair = new Pair();
      try {
        pair.receiver.receiveBinary(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(ProtocolError);
      }
      expect(pair.toSender).toEqual([]);
    }),
  );
  expect(() => decodeClipPart(new Uint8Array(9 + MAX_CLIP_PART).fill(0x20, 0, 1))).toThrow(ProtocolError);
});
