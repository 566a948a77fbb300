import fc from 'fast-check';
import { expect, test } from 'vitest';
import { h265CodecString } from './h265.ts';

/** Main profile, level 4.1, progressive frames only; with an emulation prevention byte as encoders write it. */
const KEY_FRAME = Uint8Array.from(
  Buffer.from(
    '00000140010c01ffff' + '0000000142010101600000' + '0300900000030000030' + '07ba003c08010e58d',
    'hex',
  ),
);

test('names profile, compatibility, tier, level and constraints', () => {
  expect(h265CodecString(KEY_FRAME)).toBe('hev1.1.6.L123.90');
});

test('says that a key frame lacks its parameter set', () => {
  expect(() => h265CodecString(KEY_FRAME.subarray(0, 8))).toThrow('without a sequence parameter set');
});

test('takes any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const keyFrame = Uint8Array.of(0, 0, 1, 0x42, 1, 1, ...bytes);
      try {
        expect(h265CodecString(keyFrame)).toMatch(/^hev1\.[ABC]?\d+\.[0-9A-F]+\.[LH]\d+(\.[0-9A-F]+)*$/);
      } catch (error) {
        expect(String(error)).toContain('without a sequence parameter set');
      }
    }),
  );
});
