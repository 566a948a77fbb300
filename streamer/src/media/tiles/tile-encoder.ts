import { encodeQoi, maxQoiSize, type Rectangle, type Tile, TileCodec } from '@deskside/protocol';
import { deflate } from './deflate.ts';

/** Below this many bytes deflating saves a few hundred at most, and the page has to inflate them. */
const DEFLATE_FROM = 1500;

/** Turns rectangles of the screen into tiles. */
export class TileEncoder {
  #room = new Uint8Array(1 << 16);

  /**
   * @param words the screen, `stride` words a row
   * @param limit bytes before deflating beyond which it is given up
   * @returns undefined if the limit was passed
   */
  encode(words: Uint32Array, stride: number, rectangle: Rectangle, limit: number): Tile | undefined {
    const most = maxQoiSize(rectangle.width * rectangle.height);
    if (this.#room.length < most) this.#room = new Uint8Array(most);
    const length = encodeQoi(words, stride, rectangle, this.#room, limit);
    if (length < 0) return undefined;
    const bytes = this.#room.subarray(0, length);
    const deflated = length < DEFLATE_FROM ? undefined : deflate(bytes);
    return deflated
      ? { ...rectangle, codec: TileCodec.QoiDeflate, data: deflated }
      : { ...rectangle, codec: TileCodec.Qoi, data: bytes.slice() };
  }
}
