import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Argument, encodePacket, PacketReader } from './pulse-protocol.ts';

const words = fc.string({ unit: 'grapheme-ascii', maxLength: 20 }).map((text) => text.replaceAll('\0', ''));
const argument = fc.oneof(
  fc.nat(0xffff_ffff),
  words,
  fc.uint8Array({ maxLength: 300 }),
  fc.dictionary(words, words, { maxKeys: 3 }),
);

/** What is read of what was written. */
function seen(value: Argument) {
  return typeof value === 'object' ? undefined : value;
}

it('reads what was written, wherever the stream is cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(argument, { maxLength: 6 })),
      fc.integer({ min: 1, max: 50 }),
      (packets, length) => {
        const bytes = Buffer.concat(packets.map(encodePacket));
        const reader = new PacketReader();
        const read = [];
        for (let at = 0; at < bytes.length; at += length)
          read.push(...reader.push(bytes.subarray(at, at + length)));
        expect(read).toEqual(packets.map((values) => values.map(seen)));
      },
    ),
  );
});

it('takes rubbish for an error, and nothing else happens', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const packet = Buffer.concat([encodePacket([]), bytes]);
      packet.writeUInt32BE(bytes.length, 0);
      try {
        new PacketReader().push(packet);
      } catch (error) {
        expect((error as Error).message).toMatch(/^The sound server sent /);
      }
    }),
  );
});

it.each(['P', 'Pt', 'L\0', 'x\xff\xff\xff\xff', 'm\x04', 'v\x01\0', 't unended'])(
  '%j ends too early',
  (text) => {
    const packet = Buffer.concat([encodePacket([]), Buffer.from(text, 'latin1')]);
    packet.writeUInt32BE(text.length, 0);
    expect(() => new PacketReader().push(packet)).toThrow(/ends too early|without an end/);
  },
);

it('keeps no packet that is longer than a list of programs', () => {
  const descriptor = Buffer.alloc(20);
  descriptor.writeUInt32BE(0x7fff_ffff, 0);
  expect(() => new PacketReader().push(descriptor)).toThrow('too large');
});
