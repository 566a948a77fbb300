import { expect, test } from 'vitest';
import { toShape } from './cursor.ts';

const image = (words: number[], width = words.length, height = 1) => {
  const cursorImage = Buffer.alloc(words.length * 4);
  words.forEach((word, index) => {
    cursorImage.writeUInt32LE(word, index * 4);
  });
  return { width, height, xhot: width - 1, yhot: height - 1, cursorSerial: 1, cursorImage };
};

test('premultiplied ARGB becomes straight RGBA, with its hot spot', () => {
  const shape = toShape(image([0xff102030, 0x80402010, 0x00000000]));
  expect(shape).toMatchObject({ width: 3, height: 1, hotX: 2, hotY: 0 });
  expect([...shape.rgba]).toEqual([0x10, 0x20, 0x30, 0xff, 0x80, 0x40, 0x20, 0x80, 0, 0, 0, 0]);
});

test('a cursor of which nothing is seen is hidden', () => {
  expect(toShape(image([0, 0x00ffffff]))).toMatchObject({ width: 0, height: 0 });
});

test('a cursor too large for the wire is cut, its hot spot stays inside', () => {
  const shape = toShape(image(new Array<number>(600 * 2).fill(0xffffffff), 600, 2));
  expect(shape).toMatchObject({ width: 512, height: 2, hotX: 511, hotY: 1 });
  expect(shape.rgba).toHaveLength(512 * 2 * 4);
});
