import { encodePointer, ProtocolError } from '@deskside/protocol';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MessageOrder } from './message-order.ts';

const position = encodePointer({ sequence: 1, x: 1, y: 1, buttons: 0 });

it('gives out everything in order and once, however it came and however often', () => {
  const arrivals = fc.integer({ min: 1, max: 40 }).chain((count) => {
    const numbers = Array.from({ length: count }, (_, index) => index + 1);
    const twice = fc.subarray(numbers);
    return twice.chain((again) =>
      fc.shuffledSubarray([...numbers, ...again], { minLength: count + again.length }),
    );
  });
  fc.assert(
    fc.property(arrivals, (numbers) => {
      const order = new MessageOrder();
      const out = numbers.flatMap((number) => [...order.add({ number, message: String(number) })]);
      expect(out).toEqual(out.map((_, index) => String(index + 1)));
      expect(out).toHaveLength(Math.max(...numbers));
    }),
  );
});

it('keeps the newest position until what was before it is there', () => {
  const order = new MessageOrder();
  const newer = encodePointer({ sequence: 2, x: 2, y: 2, buttons: 0 });
  expect([...order.addFleeting({ after: 1, message: position })]).toEqual([]);
  expect([...order.addFleeting({ after: 1, message: newer })]).toEqual([]);
  expect([...order.add({ number: 1, message: 'click' })]).toEqual(['click', newer]);
  expect([...order.addFleeting({ after: 1, message: position })]).toEqual([position]);
});

it('keeps no more than a window of what is too early', () => {
  const order = new MessageOrder();
  const flood = (): void => {
    for (let number = 2; ; number++) [...order.add({ number, message: 'x'.repeat(1000) })];
  };
  expect(flood).toThrow(ProtocolError);
});
