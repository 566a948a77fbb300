import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseXauthority, pickCookie } from './xauthority.ts';

const NAME = 'MIT-MAGIC-COOKIE-1';

function entry(family: number, address: string, display: string, data: string, name = NAME): Buffer {
  const field = (text: string) => {
    const bytes = Buffer.from(text, 'latin1');
    return [Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes];
  };
  return Buffer.concat([
    Buffer.from([family >> 8, family & 0xff]),
    ...[address, display, name, data].flatMap(field),
  ]);
}

test('the cookie of this host and display is found among others', () => {
  const entries = parseXauthority(
    Buffer.concat([
      entry(0, '\x7f\0\0\x01', '1', 'tcp'),
      entry(256, 'elsewhere', '1', 'other host'),
      entry(256, 'here', '2', 'other display'),
      entry(256, 'here', '1', 'other kind', 'XDM-AUTHORIZATION-1'),
      entry(256, 'here', '1', '\xff\0right'),
    ]),
  );
  expect(pickCookie(entries, 1, 'here')?.data).toBe('\xff\0right');
});

test('a wildcard fits, and so does the cookie of a host that has been renamed', () => {
  expect(pickCookie(parseXauthority(entry(0xffff, '', '', 'any')), 7, 'here')?.data).toBe('any');
  expect(pickCookie(parseXauthority(entry(256, 'before', '7', 'old name')), 7, 'here')?.data).toBe(
    'old name',
  );
  expect(pickCookie(parseXauthority(entry(256, 'here', '8', 'other')), 7, 'here')).toBeUndefined();
});

test('a file that is cut off anywhere, or is not one at all, does no harm', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      parseXauthority(Buffer.from(bytes));
    }),
  );
  const whole = Buffer.concat([entry(256, 'a', '1', 'x'), entry(256, 'b', '2', 'y')]);
  expect(parseXauthority(whole.subarray(0, whole.length - 1))).toHaveLength(1);
});
