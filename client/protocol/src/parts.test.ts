import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BinaryType } from './binary.ts';
import { ProtocolError } from './bytes.ts';
import { MAX_STREAMER_MESSAGE } from './limits.ts';
import { MAX_CHANNEL_MESSAGE, PartAssembler, splitIntoParts } from './parts.ts';

it('gives every message back, in pieces that a channel takes', () => {
  const size = fc.oneof(
    fc.nat(100),
    fc.nat(300_000),
    fc.constantFrom(MAX_CHANNEL_MESSAGE, MAX_CHANNEL_MESSAGE + 1),
  );
  fc.assert(
    fc.property(fc.array(size, { maxLength: 4 }), (sizes) => {
      const messages = sizes.map((size, index) => new Uint8Array(size + 1).fill(index + 16));
      const assembler = new PartAssembler();
      const back = messages.flatMap((message) =>
        [...splitIntoParts(message)].flatMap((part) => {
          expect(part.byteLength).toBeLessThanOrEqual(MAX_CHANNEL_MESSAGE);
          return assembler.add(part) ?? [];
        }),
      );
      expect(back.map((message) => Buffer.from(message))).toEqual(
        messages.map((message) => Buffer.from(message)),
      );
    }),
    { numRuns: 30 },
  );
});

it('refuses what comes between parts, and parts without end', () => {
  const between = new PartAssembler();
  between.add(new Uint8Array([BinaryType.Part, 0, 1]));
  expect(() => between.add(new Uint8Array([BinaryType.PictureUpdate]))).toThrow(ProtocolError);
  const endless = new PartAssembler();
  const part = new Uint8Array(MAX_CHANNEL_MESSAGE);
  part[0] = BinaryType.Part;
  expect(() => {
    for (let size = 0; size <= MAX_STREAMER_MESSAGE + part.byteLength; size += part.byteLength)
      endless.add(part);
  }).toThrow(ProtocolError);
});
