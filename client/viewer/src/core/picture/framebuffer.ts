import type { Copy, Rectangle } from '@deskside/protocol';

/** Side of a block, pixels: what video takes over begins and ends at multiples of it. */
const BLOCK = 16;

/** Room before and after the pixels, as a part of theirs. */
const ROOM = 1 / 4;

/** Pixels of the exact layer. 0 is transparent: there the video shows. */
export class Framebuffer {
  readonly width: number;
  readonly height: number;
  readonly #memory: Uint32Array<ArrayBuffer>;
  /** Pixels before the first one, and after the last one of a framebuffer in the middle of its memory. */
  readonly #room: number;
  /** Where in memory the first pixel is. */
  #origin = 0;
  #image!: ImageData;
  #pixels!: Uint32Array;
  readonly #columns: number;
  /** By block: 0 where nothing was drawn since all of it was cleared, else 1. Who asks in each frame need not look at pixels. */
  readonly #drawn: Uint8Array;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.#room = Math.ceil(height * ROOM) * width;
    this.#memory = new Uint32Array(width * height + 2 * this.#room);
    this.#place(this.#room);
    this.#columns = Math.ceil(width / BLOCK);
    this.#drawn = new Uint8Array(this.#columns * Math.ceil(height / BLOCK));
  }

  /** As it is until the next copy. */
  get image(): ImageData {
    return this.#image;
  }

  /** Row by row, 0xAABBGGRR on the little-endian machines that browsers run on; as they are until the next copy. */
  get pixels(): Uint32Array {
    return this.#pixels;
  }

  /** Something was written to `pixels` there. */
  drawn({ x, y, width, height }: Rectangle): void {
    const [left, right] = [Math.floor(x / BLOCK), Math.ceil((x + width) / BLOCK)];
    for (let row = Math.floor(y / BLOCK); row * BLOCK < y + height; row++) {
      this.#drawn.fill(1, row * this.#columns + left, row * this.#columns + right);
    }
  }

  /** Moves pixels as `memmove` does: source and destination may overlap; both lie inside. */
  copy(copy: Copy): void {
    const isMost = 2 * copy.width * copy.height > this.width * this.height;
    if (!isMost || !this.#moveRest(copy)) this.#move(copy);
    this.drawn(copy);
  }

  #move({ x, y, width, height, dx, dy }: Copy): void {
    const { pixels } = this;
    const from = (y - dy) * this.width + x - dx;
    const to = y * this.width + x;
    // Rows that are still to be read must not be written: upwards from the top, downwards from the bottom.
    for (let i = 0; i < height; i++) {
      const offset = (dy > 0 ? height - 1 - i : i) * this.width;
      pixels.copyWithin(to + offset, from + offset, from + offset + width);
    }
  }

  /**
   * Where most of the screen scrolls: goes on at another place in memory, at which that has moved already, and takes the
   * rest along. False if there is no room for so large a step.
   */
  #moveRest({ x, y, width, height, dx, dy }: Copy): boolean {
    const step = -(dy * this.width + dx);
    if (Math.abs(step) > this.#room) return false;
    if (this.#origin + step < 0 || this.#origin + step > 2 * this.#room) this.#centre();
    const from = this.#origin;
    this.#place(from + step);
    const rest = [{ start: 0, end: y * this.width + x }];
    for (let row = y; row < y + height; row++) {
      const start = row * this.width + x + width;
      rest.push({ start, end: row < y + height - 1 ? start - width + this.width : this.#pixels.length });
    }
    // What is still to be read must not be written.
    if (step > 0) rest.reverse();
    for (const { start, end } of rest) {
      if (start < end) this.#memory.copyWithin(from + step + start, from + start, from + end);
    }
    return true;
  }

  #centre(): void {
    this.#memory.copyWithin(this.#room, this.#origin, this.#origin + this.#pixels.length);
    this.#place(this.#room);
  }

  #place(origin: number): void {
    const { width, height } = this;
    this.#origin = origin;
    this.#pixels = this.#memory.subarray(origin, origin + width * height);
    const { buffer, byteOffset, byteLength } = this.#pixels;
    this.#image = new ImageData(
      new Uint8ClampedArray(buffer as ArrayBuffer, byteOffset, byteLength),
      width,
      height,
    );
  }

  /** Makes the rectangle transparent; it lies inside. */
  clear({ x, y, width, height }: Rectangle): void {
    for (let row = y; row < y + height; row++) {
      this.pixels.fill(0, row * this.width + x, row * this.width + x + width);
    }
    const left = Math.ceil(x / BLOCK);
    const right = blocksWithin(x + width, this.width);
    const bottom = blocksWithin(y + height, this.height);
    for (let row = Math.ceil(y / BLOCK); row < bottom && left < right; row++) {
      this.#drawn.fill(0, row * this.#columns + left, row * this.#columns + right);
    }
  }

  // A call for each pixel, as `every` has it, takes ten times as long: of a film beside a page a millisecond a frame.

  /** Whether nothing in the rectangle is opaque; it lies inside. */
  isTransparent({ x, y, width, height }: Rectangle): boolean {
    if (!this.#hasBlock(1, { x, y, width, height })) return true;
    const { pixels } = this;
    for (let row = y; row < y + height; row++) {
      const end = row * this.width + x + width;
      for (let i = row * this.width + x; i < end; i++) if (pixels[i] !== 0) return false;
    }
    return true;
  }

  /** Whether everything in the rectangle is opaque; it lies inside. */
  isOpaque({ x, y, width, height }: Rectangle): boolean {
    if (this.#hasBlock(0, { x, y, width, height })) return false;
    const { pixels } = this;
    for (let row = y; row < y + height; row++) {
      const end = row * this.width + x + width;
      for (let i = row * this.width + x; i < end; i++) if (pixels[i] === 0) return false;
    }
    return true;
  }

  /** Whether any block of the rectangle is one in which nothing was drawn (0), or something (1). */
  #hasBlock(drawn: 0 | 1, { x, y, width, height }: Rectangle): boolean {
    const [left, right] = [Math.floor(x / BLOCK), Math.ceil((x + width) / BLOCK)];
    for (let row = Math.floor(y / BLOCK); row * BLOCK < y + height; row++) {
      for (let column = left; column < right; column++) {
        if (this.#drawn[row * this.#columns + column] === drawn) return true;
      }
    }
    return false;
  }
}

/** How many blocks end at `end` or before; the last one of a screen with this side may be smaller. */
function blocksWithin(end: number, side: number): number {
  return end === side ? Math.ceil(end / BLOCK) : Math.floor(end / BLOCK);
}
