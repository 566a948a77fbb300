import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ProtocolError } from './bytes.ts';
import { opusDuration } from './opus.ts';

/** A packet of these bytes behind a TOC byte of that configuration and code (RFC 6716 section 3.1). */
function packet(configuration: number, code: number, ...rest: number[]): Uint8Array {
  return Uint8Array.of((configuration << 3) | code, ...rest);
}

it.each([
  ['one frame of 10 ms', packet(30, 0, 1, 2, 3), 10],
  ['one frame of silence', packet(31, 0), 20],
  ['two frames of one size', packet(28, 1, 1, 2), 5],
  ['two frames of two sizes', packet(3, 2, 1, 7, 8, 9), 120],
  ['three frames of one size', packet(13, 3, 3, 1, 2, 3), 60],
  ['two frames of two sizes, padded', packet(30, 3, 0xc2, 2, 1, 7, 8, 0, 0), 20],
  ['a frame behind much padding', packet(30, 3, 0x41, 255, 1, 9, ...new Array(255).fill(0)), 10],
])('%s lasts as long as it says', (_, bytes, milliseconds) => {
  expect(opusDuration(bytes)).toBe(milliseconds);
});

it.each([
  ['nothing', new Uint8Array(0)],
  ['two frames of one size in an odd number of bytes', packet(30, 1, 1)],
  ['a length beyond the end', packet(30, 2, 200, 1)],
  ['no frames', packet(30, 3, 0)],
  ['a number of frames that is not there', packet(30, 3)],
  ['more than 120 ms', packet(31, 3, 7, ...new Array(7).fill(0))],
  ['padding beyond the end', packet(30, 3, 0x41, 9)],
  ['a frame of more than 1275 bytes', packet(30, 0, ...new Array(1276).fill(0))],
])('%s is refused', (_, bytes) => {
  expect(() => opusDuration(bytes)).toThrow(ProtocolError);
});

it('takes any bytes as a packet of at most 120 ms or refuses them as rubbish', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      try {
        expect(opusDuration(bytes)).toBeLessThanOrEqual(120);
      } catch (error) {
        expect(error).toBeInstanceOf(ProtocolError);
      }
    }),
    { numRuns: 2000 },
  );
});
