import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ProtocolError } from './bytes.ts';
import { decodeFleeting, decodeNumbered, encodeFleeting, encodeNumbered } from './numbered.ts';
import { encodePointer } from './pointer.ts';

const number = fc.integer({ min: 1, max: 0xffff_ffff });

it('carries text and bytes with their number', () => {
  const bytes = fc.uint8Array({ minLength: 1 }).filter(([first]) => first !== 0x18 && first !== 0x19);
  const text = fc.string({ unit: 'grapheme', minLength: 1 });
  fc.assert(
    fc.property(
      number,
      fc.oneof(
        text,
        bytes.map((own) => new Uint8Array(own)),
      ),
      (number, message) => {
        expect(decodeNumbered(encodeNumbered({ number, message }))).toEqual({ number, message });
      },
    ),
  );
});

it('carries a position with what it comes after', () => {
  const message = encodePointer({ sequence: 7, x: 1, y: 2, buttons: 0 });
  expect(decodeFleeting(encodeFleeting({ after: 3, message }))).toEqual({ after: 3, message });
});

it.each([
  [
    'a number in a number',
    encodeNumbered({ number: 2, message: encodeNumbered({ number: 1, message: 'x' }) }),
  ],
  ['the number 0', encodeNumbered({ number: 0, message: 'x' })],
  ['nothing', encodeNumbered({ number: 1, message: '' })],
  ['text that is none', Uint8Array.of(0x18, 1, 0, 0, 1, 0, 0, 0, 0xff)],
])('refuses %s', (_, bytes) => {
  expect(() => decodeNumbered(bytes)).toThrow(ProtocolError);
});

it('takes nothing fleeting but a position', () => {
  const bytes = encodeFleeting({ after: 1, message: Uint8Array.of(0x13, 0, 0, 0, 0, 0) });
  expect(() => decodeFleeting(bytes)).toThrow(ProtocolError);
});

it('reads any bytes or refuses them', () => {
  fc.assert(
    fc.property(fc.constantFrom(0x18, 0x19), fc.uint8Array(), (type, rest) => {
      const bytes = Uint8Array.of(type, ...rest);
      try {
        type === 0x18 ? decodeNumbered(bytes) : decodeFleeting(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(ProtocolError);
      }
    }),
  );
});
