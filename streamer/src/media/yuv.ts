/** Colour conversion by libyuv: what encoders take instead of RGB. */

import type { Rectangle } from '@deskside/protocol';
import koffi, { type KoffiFunc } from 'koffi';
import { type Address, loadLibrary, once } from './native.ts';

const libyuv = once(() => {
  const library = loadLibrary('libyuv.so.0', 'libyuv0');
  return {
    ARGBToNV12: library.func(
      'int ARGBToNV12(uintptr_t argb, int argbStride, uintptr_t y, int yStride, uintptr_t uv, int uvStride, int width, int height)',
    ) as KoffiFunc<(...args: number[]) => number>,
  };
});

/** Loads libyuv. @throws MissingLibrary */
export function checkLibyuv(): void {
  libyuv();
}

/** What libyuv's `ARGBToNV12` makes of an sRGB picture: its matrix is BT.601, limited range. */
export const COLOR_SPACE = {
  primaries: 'bt709',
  transfer: 'iec61966-2-1',
  matrix: 'smpte170m',
  fullRange: false,
} as const;

/** A picture in native memory, 32 bits a pixel, little-endian BGRX as X servers of depth 24 have it. */
export interface Pixels {
  address: Address;
  width: number;
  height: number;
  /** Bytes from one row to the next. */
  stride: number;
}

/**
 * A picture in NV12: a plane of luma, then one of interleaved chroma at half the size, both with rows of the same
 * length (GstVideoInfo's default layout). Its sides are even; a screen with an odd side leaves the last row or column
 * undefined.
 */
export class Nv12Frame implements Disposable {
  readonly size: { width: number; height: number };
  readonly bytes: number;
  readonly address: Address;
  readonly #stride: number;
  readonly #chroma: Address;

  constructor(screen: { width: number; height: number }) {
    const width = (screen.width + 1) & ~1;
    const height = (screen.height + 1) & ~1;
    this.size = { width, height };
    this.#stride = (width + 3) & ~3;
    this.bytes = (this.#stride * height * 3) / 2;
    this.address = Number(koffi.address(koffi.alloc('uint8_t', this.bytes)));
    this.#chroma = this.address + this.#stride * height;
  }

  /** Takes over a rectangle, whose position is even. */
  convert(from: Pixels, { x, y, width, height }: Rectangle): void {
    libyuv().ARGBToNV12(
      from.address + y * from.stride + x * 4,
      from.stride,
      this.address + y * this.#stride + x,
      this.#stride,
      this.#chroma + (y >> 1) * this.#stride + x,
      this.#stride,
      width,
      height,
    );
  }

  [Symbol.dispose](): void {
    koffi.free(this.address);
  }
}
