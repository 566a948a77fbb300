/** PNG of true colour, 8 bits a sample (W3C PNG, Third Edition). */
import { promisify } from 'node:util';
import { crc32, deflate } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Colour type of section 11.2.1: red, green, blue. */
const TRUE_COLOUR = 2;

/** `pixels`: rows from the top, four bytes a pixel: blue, green, red, unused. */
export async function encodePng(pixels: Buffer, width: number, height: number): Promise<Buffer> {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, TRUE_COLOUR, 0, 0, 0], 8);
  const data = await promisify(deflate)(scanlines(pixels, width, height));
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Each row is preceded by its filter type (section 9): 0, none. */
function scanlines(pixels: Buffer, width: number, height: number): Buffer {
  const lines = Buffer.alloc(height * (1 + width * 3));
  let to = 0;
  let from = 0;
  for (let y = 0; y < height; y += 1) {
    to += 1;
    for (let x = 0; x < width; x += 1, from += 4, to += 3) {
      lines[to] = pixels[from + 2]!;
      lines[to + 1] = pixels[from + 1]!;
      lines[to + 2] = pixels[from]!;
    }
  }
  return lines;
}

/** Length, type, data, CRC of type and data (section 5.3). */
function chunk(type: string, data: Buffer): Buffer {
  const typeAndData = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(typeAndData));
  return Buffer.concat([length, typeAndData, check]);
}
