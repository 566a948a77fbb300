import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeAcknowledgement, encodeAcknowledgement } from './acknowledgement.ts';
import { BinaryType } from './binary.ts';
import { ProtocolError } from './bytes.ts';
import { decodeCursorShape, encodeCursorShape } from './cursor.ts';
import { MAX_CURSOR_SIDE } from './limits.ts';
import {
  decodePointer,
  decodePointerMotion,
  decodeWheel,
  encodePointer,
  encodePointerMotion,
  encodeWheel,
} from './pointer.ts';

const u16 = fc.nat({ max: 0xffff });
const u32 = fc.nat({ max: 0xffffffff });
const i16 = fc.integer({ min: -0x8000, max: 0x7fff });
const buttons = fc.nat({ max: 31 });
const time = fc.double({ noNaN: true, noDefaultInfinity: true });

interface Layout<T> {
  name: string;
  type: number;
  message: fc.Arbitrary<T>;
  encode(message: T): Uint8Array;
  decode(bytes: Uint8Array): T;
}

const layouts = [
  layout({
    name: 'acknowledgement',
    type: BinaryType.Acknowledgement,
    message: fc.record({
      stream: u16,
      id: u32,
      received: time,
      decoded: time,
      presentedId: u32,
      presented: time,
    }),
    encode: encodeAcknowledgement,
    decode: decodeAcknowledgement,
  }),
  layout({
    name: 'pointer',
    type: BinaryType.Pointer,
    message: fc.record({ sequence: u32, x: u16, y: u16, buttons }),
    encode: encodePointer,
    decode: decodePointer,
  }),
  layout({
    name: 'pointer motion',
    type: BinaryType.PointerMotion,
    message: fc.record({ dx: i16, dy: i16, buttons }),
    encode: encodePointerMotion,
    decode: decodePointerMotion,
  }),
  layout({
    name: 'wheel',
    type: BinaryType.Wheel,
    message: fc.record({ dx: i16, dy: i16 }),
    encode: encodeWheel,
    decode: decodeWheel,
  }),
  layout({
    name: 'cursor shape',
    type: BinaryType.CursorShape,
    message: fc
      .record({ width: fc.nat({ max: 8 }), height: fc.nat({ max: 8 }), hotX: u16, hotY: u16 })
      .chain((shape) => {
        const length = shape.width * shape.height * 4;
        const rgba = fc.uint8Array({ minLength: length, maxLength: length });
        return rgba.map((pixels) => ({ ...shape, rgba: pixels }));
      }),
    encode: encodeCursorShape,
    decode: decodeCursorShape,
  }),
];

describe.for(layouts)('$name', ({ type, message, encode, decode }) => {
  it('arrives as it was sent', () => {
    fc.assert(
      fc.property(message, (sent) => {
        expect(decode(encode(sent))).toEqual(sent);
      }),
    );
  });

  it('is refused when a byte is missing or too much', () => {
    fc.assert(
      fc.property(message, (sent) => {
        const bytes = encode(sent);
        expect(() => decode(bytes.subarray(0, -1))).toThrow(ProtocolError);
        expect(() => decode(Uint8Array.of(...bytes, 0))).toThrow(ProtocolError);
      }),
    );
  });

  it('takes any bytes as a message or refuses them as rubbish', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 48 }), fc.boolean(), (bytes, rightType) => {
        if (rightType) bytes[0] = type;
        try {
          decode(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

it('a cursor larger than any X server has is refused on both sides', () => {
  const width = MAX_CURSOR_SIDE + 1;
  const cursor = { width, height: 1, hotX: 0, hotY: 0, rgba: new Uint8Array(width * 4) };
  expect(() => encodeCursorShape(cursor)).toThrow(`at most ${MAX_CURSOR_SIDE}`);
});

it('a sixth mouse button is refused', () => {
  const bytes = encodePointer({ sequence: 0, x: 0, y: 0, buttons: 31 });
  bytes[1] = 32;
  expect(() => decodePointer(bytes)).toThrow('five');
});

it('a time that is not a number is refused', () => {
  const ack = { stream: 0, id: 0, received: Number.NaN, decoded: 0, presentedId: 0, presented: 0 };
  expect(() => decodeAcknowledgement(encodeAcknowledgement(ack))).toThrow('not a number');
});

/** Hides the message's type, which differs from layout to layout, once encoder and decoder agree on it. */
function layout<T>(definition: Layout<T>): Layout<unknown> {
  return definition as Layout<unknown>;
}
