import type { Copy, Rectangle } from '@deskside/protocol';

/** Side of a block, pixels: what video takes over begins and ends at multiples of it. */
const BLOCK = 16;

/** What is known of a block: all of it is the one or the other, or its pixels have to be looked at. */
const TRANSPARENT = 0;
const OPAQUE = 1;
const MIXED = 2;

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
  /** By block, so that who asks in each frame need not look at pixels. */
  readonly #blocks: Uint8Array;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.#room = Math.ceil(height * ROOM) * width;
    this.#memory = new Uint32Array(width * height + 2 * this.#room);
    this.#place(this.#room);
    this.#columns = Math.ceil(width / BLOCK);
    this.#blocks = new Uint8Array(this.#columns * Math.ceil(height / BLOCK));
  }

  /** As it is until the next copy. */
  get image(): ImageData {
    return this.#image;
  }

  /** Row by row, 0xAABBGGRR on the little-endian machines that browsers run on; as they are until the next copy. */
  get pixels(): Uint32Array {
    return this.#pixels;
  }

  /** Opaque pixels were written to `pixels` there. */
  drawn(rectangle: Rectangle): void {
    this.#mark(rectangle, OPAQUE);
  }

  /** Moves pixels as `memmove` does: source and destination may overlap; both lie inside. */
  copy(copy: Copy): void {
    const isOpaque = this.isOpaque({ ...copy, x: copy.x - copy.dx, y: copy.y - copy.dy });
    const isMost = 2 * copy.width * copy.height > this.width * this.height;
    if (!isMost || !this.#moveRest(copy)) this.#move(copy);
    this.#mark(copy, isOpaque ? OPAQUE : MIXED);
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
  clear(rectangle: Rectangle): void {
    const { x, y, width, height } = rectangle;
    for (let row = y; row < y + height; row++) {
      this.pixels.fill(0, row * this.width + x, row * this.width + x + width);
    }
    this.#mark(rectangle, TRANSPARENT);
  }

  /** Whether nothing in the rectangle is opaque; it lies inside. */
  isTransparent(rectangle: Rectangle): boolean {
    return this.#isAll(TRANSPARENT, rectangle);
  }

  /** Whether everything in the rectangle is opaque; it lies inside. */
  isOpaque(rectangle: Rectangle): boolean {
    return this.#isAll(OPAQUE, rectangle);
  }

  #mark({ x, y, width, height }: Rectangle, state: number): void {
    const blocks = this.#blocks;
    const [left, right] = [Math.ceil(x / BLOCK), wholeBlocks(x + width, this.width)];
    const [top, bottom] = [Math.ceil(y / BLOCK), wholeBlocks(y + height, this.height)];
    const [first, end] = [Math.floor(x / BLOCK), Math.ceil((x + width) / BLOCK)];
    for (let row = Math.floor(y / BLOCK); row * BLOCK < y + height; row++) {
      const isInside = row >= top && row < bottom;
      for (let column = first; column < end; column++) {
        const index = row * this.#columns + column;
        // What is in a part of a block says nothing of the rest.
        const isWhole = isInside && column >= left && column < right;
        blocks[index] = isWhole || blocks[index] === state ? state : MIXED;
      }
    }
  }

  #isAll(state: number, { x, y, width, height }: Rectangle): boolean {
    const [first, end] = [Math.floor(x / BLOCK), Math.ceil((x + width) / BLOCK)];
    for (let row = Math.floor(y / BLOCK); row * BLOCK < y + height; row++) {
      for (let column = first; column < end; column++) {
        const block = this.#blocks[row * this.#columns + column];
        if (block === state) continue;
        if (block !== MIXED || !this.#isAllWithin(state, row, column, { x, y, width, height })) return false;
      }
    }
    return true;
  }

  /** Looks at the pixels that are in the block as well as in the rectangle. */
  #isAllWithin(state: number, row: number, column: number, { x, y, width, height }: Rectangle): boolean {
    const [left, right] = [Math.max(x, column * BLOCK), Math.min(x + width, (column + 1) * BLOCK)];
    const bottom = Math.min(y + height, (row + 1) * BLOCK);
    for (let line = Math.max(y, row * BLOCK); line < bottom; line++) {
      for (let i = line * this.width + left; i < line * this.width + right; i++) {
        if ((this.#pixels[i] === 0) !== (state === TRANSPARENT)) return false;
      }
    }
    return true;
  }
}

/** How many blocks end at `end` or before; the last one of a screen with this side may be smaller. */
function wholeBlocks(end: number, side: number): number {
  return end === side ? Math.ceil(end / BLOCK) : Math.floor(end / BLOCK);
}
