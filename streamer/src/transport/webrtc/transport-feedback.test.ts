import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RtcpHeader, TransportWideCC } from 'werift';
import { TransportFeedback } from './transport-feedback.ts';

/** A transport that has sent so many packets of 100, 101, … bytes. */
function transport(packets: number): TransportFeedback {
  const feedback = new TransportFeedback();
  for (let i = 0; i < packets; i++) {
    feedback.next();
    feedback.sent(100 + i);
  }
  return feedback;
}

/** Feedback as it comes from the wire (section 3.1), from the base number and time 10 × 64 ms on. */
function fromWire(base: number, count: number, rest: number[]): TransportWideCC {
  const head = Buffer.alloc(16);
  head.writeUInt16BE(base, 8);
  head.writeUInt16BE(count, 10);
  head.writeUIntBE(10, 12, 3);
  return TransportWideCC.deSerialize(Buffer.concat([head, Buffer.from(rest)]), new RtcpHeader());
}

it('numbers packets one after the other', () => {
  const feedback = new TransportFeedback();
  const numbers = Array.from({ length: 70_000 }, () => feedback.next().payload.readUInt16BE());
  expect(numbers).toEqual(numbers.map((_, index) => index % 65_536));
});

it('reads a run: two packets 4 ms apart', () => {
  const received = transport(2).receive(fromWire(0, 2, [0x20, 0x02, 16, 16]));
  expect(received.map(({ bytes, received }) => [bytes, received])).toEqual([
    [100, 644],
    [101, 648],
  ]);
});

it('reads a vector with a hole: the second of three is missing', () => {
  const received = transport(3).receive(fromWire(0, 3, [0b1010_1000, 0, 4, 4]));
  expect(received.map(({ received }) => received)).toEqual([641, undefined, 642]);
});

it('reads two-bit symbols, and steps back in time', () => {
  // Small, large −1 ms, not received: symbols 01 10 00.
  const received = transport(3).receive(fromWire(0, 3, [0b1101_1000, 0, 8, 0xff, 0xfc]));
  expect(received.map(({ received }) => received)).toEqual([642, 641, undefined]);
});

it('tells of what came once, and of what was merely overtaken again when it comes', () => {
  const feedback = transport(3);
  feedback.receive(fromWire(0, 3, [0b1010_1000, 0, 4, 4]));
  const later = feedback.receive(fromWire(0, 3, [0x20, 0x03, 4, 4, 4]));
  expect(later.map(({ bytes }) => bytes)).toEqual([101]);
});

it('survives whatever a viewer claims', () => {
  fc.assert(
    fc.property(
      fc.nat(0xffff),
      fc.nat(0xffff),
      fc.array(fc.nat(255), { maxLength: 60 }),
      (base, count, rest) => {
        let parsed: TransportWideCC;
        try {
          parsed = fromWire(base, count, rest);
        } catch {
          return;
        }
        expect(transport(10).receive(parsed).length).toBeLessThanOrEqual(10);
      },
    ),
  );
});
