import type { Copy, Rectangle } from '@deskside/protocol';

/** Pixels of the exact layer. 0 is transparent: there the video shows. */
export class Framebuffer {
  readonly width: number;
  readonly height: number;
  readonly image: ImageData;
  /** Row by row, 0xAABBGGRR on the little-endian machines that browsers run on. */
  readonly pixels: Uint32Array;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.image = new ImageData(width, height);
    this.pixels = new Uint32Array(this.image.data.buffer);
  }

  /** Moves pixels as `memmove` does: source and destination may overlap; both lie inside. */
  copy({ x, y, width, height, dx, dy }: Copy): void {
    const from = (y - dy) * this.width + x - dx;
    const to = y * this.width + x;
    // Rows that are still to be read must not be written: upwards from the top, downwards from the bottom.
    for (let i = 0; i < height; i++) {
      const offset = (dy > 0 ? height - 1 - i : i) * this.width;
      this.pixels.copyWithin(to + offset, from + offset, from + offset + width);
    }
  }

  /** Makes the rectangle transparent; it lies inside. */
  clear({ x, y, width, height }: Rectangle): void {
    for (let row = y; row < y + height; row++) {
      this.pixels.fill(0, row * this.width + x, row * this.width + x + width);
    }
  }

  // A call for each pixel, as `every` has it, takes ten times as long: of a film beside a page a millisecond a frame.

  /** Whether nothing in the rectangle is opaque; it lies inside. */
  isTransparent({ x, y, width, height }: Rectangle): boolean {
    const { pixels } = this;
    for (let row = y; row < y + height; row++) {
      const end = row * this.width + x + width;
      for (let i = row * this.width + x; i < end; i++) if (pixels[i] !== 0) return false;
    }
    return true;
  }

  /** Whether everything in the rectangle is opaque; it lies inside. */
  isOpaque({ x, y, width, height }: Rectangle): boolean {
    const { pixels } = this;
    for (let row = y; row < y + height; row++) {
      const end = row * this.width + x + width;
      for (let i = row * this.width + x; i < end; i++) if (pixels[i] === 0) return false;
    }
    return true;
  }
}
