import fc from 'fast-check';
import { expect, it } from 'vitest';
import { packetizeH264 } from './h264.ts';

/** The NAL units that a receiver puts together again (RFC 6184 sections 5.6 and 5.8). */
function assemble(payloads: Buffer[]): Buffer[] {
  const units: Buffer[] = [];
  let fragments: Buffer[] = [];
  for (const payload of payloads) {
    if ((payload[0]! & 0x1f) !== 28) {
      units.push(payload);
      continue;
    }
    if (payload[1]! & 0x80) fragments = [Buffer.from([(payload[0]! & 0xe0) | (payload[1]! & 0x1f)])];
    fragments.push(payload.subarray(2));
    if (payload[1]! & 0x40) units.push(Buffer.concat(fragments));
  }
  return units;
}

/** A NAL unit as encoders make them: no start code inside, no zero at its end. */
const nalUnit = fc
  .tuple(fc.integer({ min: 1, max: 23 }), fc.uint8Array({ maxLength: 400 }))
  .map(([type, body]) => Buffer.from([0x60 | type, ...body.map((byte) => byte || 1)]));

it('gives every unit back, in payloads of the size', () => {
  fc.assert(
    fc.property(fc.array(nalUnit), fc.integer({ min: 3, max: 200 }), fc.boolean(), (units, maxSize, long) => {
      const code = Buffer.from(long ? [0, 0, 0, 1] : [0, 0, 1]);
      const payloads = [...packetizeH264(Buffer.concat(units.flatMap((unit) => [code, unit])), maxSize)];
      for (const payload of payloads) expect(payload.byteLength).toBeLessThanOrEqual(maxSize);
      expect(assemble(payloads)).toEqual(units);
    }),
  );
});

it('makes nothing of bytes without a start code, and hangs on none', () => {
  expect([...packetizeH264(Buffer.alloc(0), 100)]).toEqual([]);
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      for (const payload of packetizeH264(Buffer.from(bytes), 50))
        expect(payload.byteLength).toBeGreaterThan(0);
    }),
  );
});
