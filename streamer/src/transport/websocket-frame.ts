/**
 * A message as one unmasked frame, as a server sends it (RFC 6455 section 5.2): header and payload in one piece, since
 * writing two costs more than copying some thousand bytes.
 */
export function frameOf(message: string | Uint8Array): Buffer {
  const isText = typeof message === 'string';
  const length = isText ? Buffer.byteLength(message) : message.byteLength;
  const header = length <= LARGEST_SHORT ? 2 : length <= 0xffff ? 4 : 10;
  const frame = Buffer.allocUnsafe(header + length);
  frame[0] = FINAL | (isText ? TEXT : BINARY);
  if (header === 2) {
    frame[1] = length;
  } else if (header === 4) {
    frame[1] = LENGTH_IN_16_BITS;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = LENGTH_IN_64_BITS;
    frame.writeUIntBE(length, 4, 6);
    frame.writeUInt16BE(0, 2);
  }
  if (isText) frame.write(message, header);
  else frame.set(message, header);
  return frame;
}

const FINAL = 0x80;
const TEXT = 1;
const BINARY = 2;
const LARGEST_SHORT = 125;
const LENGTH_IN_16_BITS = 126;
const LENGTH_IN_64_BITS = 127;
