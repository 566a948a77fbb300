import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ProtocolError } from './bytes.ts';
import { decodeQoi, encodeQoi, maxQoiSize } from './tile-codec.ts';

const STRIDE = 40;

function encode(words: Uint32Array, rectangle = { x: 3, y: 2, width: 30, height: 20 }): Uint8Array {
  const out = new Uint8Array(maxQoiSize(rectangle.width * rectangle.height));
  return out.slice(0, encodeQoi(words, STRIDE, rectangle, out));
}

/** The encoder's words as the decoder gives them. */
const asCanvas = (word: number): number =>
  (0xff000000 | ((word & 255) << 16) | (word & 0xff00) | ((word >> 16) & 255)) >>> 0;

describe('a tile', () => {
  test('comes out as it went in, and nothing beside it is touched', () => {
    const pixel = fc.oneof(
      fc.constantFrom(0x000000, 0xffffff, 0x202428),
      fc.integer({ min: 0, max: 0xffffffff }),
      fc.integer({ min: 0x808080, max: 0x80808a }),
    );
    const picture = fc
      .array(fc.tuple(pixel, fc.integer({ min: 1, max: 90 })), { minLength: 1, maxLength: 200 })
      .map((runs) => {
        const words = new Uint32Array(STRIDE * 25);
        for (let i = 0, at = 0; at < words.length; i++) {
          const [value, length] = runs[i % runs.length]!;
          words.fill(value, at, at + length);
          at += length;
        }
        return words;
      });
    const rectangle = fc.record({
      x: fc.integer({ min: 0, max: 20 }),
      y: fc.integer({ min: 0, max: 12 }),
      width: fc.integer({ min: 1, max: 20 }),
      height: fc.integer({ min: 1, max: 13 }),
    });
    fc.assert(
      fc.property(picture, rectangle, (words, area) => {
        const decoded = new Uint32Array(words.length);
        decodeQoi(encode(words, area), decoded, STRIDE, area);
        for (let i = 0; i < words.length; i++) {
          const column = i % STRIDE;
          const row = Math.floor(i / STRIDE);
          const inside =
            column >= area.x && column < area.x + area.width && row >= area.y && row < area.y + area.height;
          if (decoded[i] !== (inside ? asCanvas(words[i]!) : 0)) throw new Error(`pixel ${column},${row}`);
        }
      }),
    );
  });

  test.each([
    ['nothing but black: one long run', () => 0, [0xff, 0x57, 0x02]],
    ['one colour', () => 0x112233, [0xfe, 0x11, 0x22, 0x33, 0xff, 0x56, 0x02]],
    ['a small step', (i: number) => (i === 83 ? 0x010100 : 0), [0x7e, 0, 0xff, 0x55, 0x02]],
  ])('of %s is as small as this', (_, colour, bytes) => {
    expect([...encode(Uint32Array.from({ length: STRIDE * 25 }, (_, i) => colour(i)))]).toEqual(bytes);
  });

  test('of noise takes no more room than was promised, and is given up at the limit', () => {
    let state = 1;
    const words = Uint32Array.from({ length: 10_000 }, () => (state = Math.imul(state, 48271) >>> 0));
    const area = { x: 0, y: 0, width: 100, height: 100 };
    const out = new Uint8Array(maxQoiSize(10_000));
    const size = encodeQoi(words, 100, area, out);
    expect(size).toBeGreaterThan(30_000);
    expect(size).toBeLessThanOrEqual(out.length);
    expect(encodeQoi(words, 100, area, out, 1000)).toBe(-1);
  });

  test('of other bytes is refused, and never written outside its rectangle', () => {
    const area = { x: 10, y: 10, width: 20, height: 10 };
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (data) => {
        const words = new Uint32Array(STRIDE * 25);
        try {
          decodeQoi(data, words, STRIDE, area);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
        for (let i = 0; i < words.length; i++) {
          const column = i % STRIDE;
          const row = Math.floor(i / STRIDE);
          if (column >= 10 && column < 30 && row >= 10 && row < 20) continue;
          if (words[i] !== 0) throw new Error(`pixel ${column},${row}`);
        }
      }),
    );
  });

  test.each([
    ['too few bytes', [0xfe, 1, 2]],
    ['a run that is too long', [0xff, 0xff, 0xff]],
    ['bytes left over', [0xff, 0x57, 0x02, 0x00]],
  ])('with %s is refused', (_, bytes) => {
    const area = { x: 3, y: 2, width: 30, height: 20 };
    expect(() => decodeQoi(Uint8Array.from(bytes), new Uint32Array(STRIDE * 25), STRIDE, area)).toThrow(
      ProtocolError,
    );
  });
});
