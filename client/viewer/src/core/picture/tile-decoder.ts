import { decodeQoi, maxQoiSize, ProtocolError, type Tile, TileCodec } from '@deskside/protocol';
import { inflateSync } from 'fflate';

/** Decodes tiles at once, so that updates stay in order and each is one step. */
export class TileDecoder {
  /** Inflated bytes; one buffer for all tiles. Its size is what bounds a tile that inflates without end. */
  #scratch = new Uint8Array(0);

  /**
   * Decodes a tile into a picture of `stride` pixels a row, in which it lies.
   *
   * @throws ProtocolError if its bytes cannot be read
   */
  decode(tile: Tile, pixels: Uint32Array, stride: number): void {
    const data = tile.codec === TileCodec.QoiDeflate ? this.#inflate(tile) : tile.data;
    decodeQoi(data, pixels, stride, tile);
  }

  #inflate({ data, width, height }: Tile): Uint8Array {
    const size = maxQoiSize(width * height);
    if (this.#scratch.length < size) this.#scratch = new Uint8Array(size);
    try {
      return inflateSync(data, { out: this.#scratch.subarray(0, size) });
    } catch (error) {
      throw new ProtocolError(`a tile that does not inflate: ${(error as Error).message}`);
    }
  }
}
