import { inflateRawSync } from 'node:zlib';
import { type Copy, decodeQoi, type Rectangle, type Tile, TileCodec } from '@deskside/protocol';
import { CELL } from '../region.ts';

interface Size {
  width: number;
  height: number;
}

/** What a viewer shows, and who it has it from. */
export class ShownPicture {
  readonly width: number;
  /** A word of 0xRRGGBB each. */
  readonly pixels: Uint32Array;
  /** For each pixel, 1: the video shows it. */
  readonly owned: Uint8Array;
  readonly #screen: Size;

  /** @param screen part of it that people see: coded pictures have even sides */
  constructor({ width, height }: Size, screen: Size = { width, height }) {
    this.width = width;
    this.pixels = new Uint32Array(width * height);
    this.owned = new Uint8Array(width * height).fill(1);
    this.#screen = screen;
  }

  /** @throws Error if a copy reads what the video shows, or a cell is the video's in part */
  apply(copies: readonly Copy[], tiles: readonly Tile[]): void {
    for (const copy of copies) this.#copy(copy);
    for (const tile of tiles) this.#draw(tile);
    for (const exact of [...copies, ...tiles]) this.#checkCells(exact);
  }

  giveToVideo(rectangles: readonly Rectangle[]): void {
    for (const rectangle of rectangles) {
      for (const [start, end] of this.#rows(rectangle)) this.owned.fill(1, start, end);
    }
  }

  /** @throws Error if it reads what the video shows: there are no pixels to copy */
  #copy({ x, y, width, height, dx, dy }: Copy): void {
    const from = this.#rows({ x: x - dx, y: y - dy, width, height });
    const rows = from.map(([start, end]) => {
      if (this.owned.subarray(start, end).includes(1)) throw new Error('a copy of the video');
      return this.pixels.slice(start, end);
    });
    for (const [i, [start, end]] of this.#rows({ x, y, width, height }).entries()) {
      this.pixels.set(rows[i]!, start);
      this.owned.fill(0, start, end);
    }
  }

  #draw(tile: Tile): void {
    const { width, height, codec, data } = tile;
    const drawn = new Uint32Array(width * height);
    const bytes = codec === TileCodec.QoiDeflate ? inflateRawSync(data) : data;
    decodeQoi(bytes, drawn, width, { x: 0, y: 0, width, height });
    for (const [row, [start, end]] of this.#rows(tile).entries()) {
      for (let column = 0; column < width; column++) {
        const pixel = drawn[row * width + column]!;
        this.pixels[start + column] = ((pixel & 255) << 16) | (pixel & 0xff00) | ((pixel >> 16) & 255);
      }
      this.owned.fill(0, start, end);
    }
  }

  /** @throws Error if a cell is in part the video's: a viewer whose decoder lags could not tell the parts apart */
  #checkCells({ x, y, width, height }: Rectangle): void {
    const left = x - (x % CELL);
    const top = y - (y % CELL);
    const right = Math.min(this.#screen.width, Math.ceil((x + width) / CELL) * CELL);
    const bottom = Math.min(this.#screen.height, Math.ceil((y + height) / CELL) * CELL);
    for (const [start, end] of this.#rows({ x: left, y: top, width: right - left, height: bottom - top })) {
      if (this.owned.subarray(start, end).includes(1)) throw new Error("a cell that is in part the video's");
    }
  }

  /** Where each row of a rectangle begins and ends. */
  #rows({ x, y, width, height }: Rectangle): [start: number, end: number][] {
    return Array.from({ length: height }, (_, row) => {
      const start = (y + row) * this.width + x;
      return [start, start + width];
    });
  }
}
