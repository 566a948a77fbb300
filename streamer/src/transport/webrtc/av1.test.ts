import fc from 'fast-check';
import { expect, it } from 'vitest';
import { packetizeAv1 } from './av1.ts';

const DELIMITER = Buffer.from([0x12, 0x00]);

/** OBUs of a type other than delimiters and tile lists, without size fields. */
const obu = fc
  .tuple(fc.constantFrom(1, 3, 4, 5, 6), fc.uint8Array({ maxLength: 500 }))
  .map(([type, payload]) => Buffer.from([type << 3, ...payload]));

/** As it stands in a low-overhead bitstream: with its size. */
function sized(element: Buffer): Buffer {
  const size = element.byteLength - 1;
  const leb128 = size < 128 ? [size] : [(size & 0x7f) | 0x80, size >> 7];
  return Buffer.concat([Buffer.from([element[0]! | 2, ...leb128]), element.subarray(1)]);
}

/** The elements that a receiver puts together again (AV1 RTP section 4.4). */
function assemble(payloads: Buffer[]): Buffer[] {
  const elements: Buffer[] = [];
  for (const payload of payloads) {
    let continues = (payload[0]! & 0x80) !== 0;
    for (let at = 1; at < payload.byteLength; ) {
      const size = (payload[at]! & 0x7f) | (payload[at + 1]! << 7);
      const piece = payload.subarray(at + 2, at + 2 + size);
      elements.push(continues ? Buffer.concat([elements.pop()!, piece]) : piece);
      continues = false;
      at += 2 + size;
    }
  }
  return elements;
}

it('gives every unit back without sizes and delimiters', () => {
  fc.assert(
    fc.property(fc.array(obu), fc.integer({ min: 8, max: 200 }), fc.boolean(), (elements, maxSize, key) => {
      const unit = Buffer.concat([DELIMITER, ...elements.map(sized)]);
      const payloads = [...packetizeAv1(unit, maxSize, key)];
      for (const payload of payloads) expect(payload.byteLength).toBeLessThanOrEqual(maxSize);
      expect(assemble(payloads)).toEqual(elements);
      expect(payloads.every((payload, i) => ((payload[0]! & 0x80) !== 0) === i > 0)).toBe(true);
      expect(payloads.map((payload) => (payload[0]! & 8) !== 0)).toEqual(
        payloads.map((_, i) => key && i === 0),
      );
    }),
  );
});

it('ends on any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect([...packetizeAv1(Buffer.from(bytes), 50, true)].length).toBeLessThanOrEqual(
        bytes.byteLength * 2,
      );
    }),
  );
});
