import { BinaryType } from './binary.ts';
import { ByteReader, ByteWriter, ProtocolError } from './bytes.ts';
import { MAX_CURSOR_SIDE } from './limits.ts';

/** The pointer's shape. Width and height 0: the application hides it. */
export interface CursorShape {
  width: number;
  height: number;
  /** The pixel that points, from the top left. */
  hotX: number;
  hotY: number;
  /** Not premultiplied RGBA, `width * height * 4` bytes. */
  rgba: Uint8Array;
}

/** @throws ProtocolError if the size is above {@link MAX_CURSOR_SIDE} or does not fit the pixels */
export function encodeCursorShape(cursor: CursorShape): Uint8Array<ArrayBuffer> {
  check(cursor);
  return new ByteWriter(10 + cursor.rgba.byteLength)
    .u8(BinaryType.CursorShape)
    .u8(0)
    .u16(cursor.width)
    .u16(cursor.height)
    .u16(cursor.hotX)
    .u16(cursor.hotY)
    .put(cursor.rgba).bytes;
}

/** @throws ProtocolError if the bytes do not follow the layout */
export function decodeCursorShape(bytes: Uint8Array): CursorShape {
  const reader = new ByteReader(bytes);
  if (reader.u8() !== BinaryType.CursorShape) throw new ProtocolError('not a cursor');
  reader.u8();
  const cursor = {
    width: reader.u16(),
    height: reader.u16(),
    hotX: reader.u16(),
    hotY: reader.u16(),
    rgba: reader.take(reader.remaining),
  };
  check(cursor);
  return cursor;
}

function check({ width, height, rgba }: CursorShape): void {
  if (width > MAX_CURSOR_SIDE || height > MAX_CURSOR_SIDE) {
    throw new ProtocolError(`a cursor of ${width}x${height}, at most ${MAX_CURSOR_SIDE} are allowed`);
  }
  if (rgba.byteLength !== width * height * 4)
    throw new ProtocolError('a cursor whose pixels do not fit its size');
}
