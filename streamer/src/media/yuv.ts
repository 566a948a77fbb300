/** Colour conversion by libyuv: what encoders take instead of RGB. */

import type { Rectangle } from '@deskside/protocol';
import koffi, { type KoffiFunc } from 'koffi';
import { type Address, loadLibrary, once } from '../native.ts';

const libyuv = once(() => {
  const library = loadLibrary('libyuv.so.0', 'libyuv0');
  return {
    ARGBToNV12: library.func(
      'int ARGBToNV12(uintptr_t argb, int argbStride, uintptr_t y, int yStride, uintptr_t uv, int uvStride, int width, int height)',
    ) as KoffiFunc<(...args: number[]) => number>,
    ARGBToI420: library.func(
      'int ARGBToI420(uintptr_t argb, int argbStride, uintptr_t y, int yStride, uintptr_t u, int uStride, uintptr_t v, int vStride, int width, int height)',
    ) as KoffiFunc<(...args: number[]) => number>,
    ARGBToI444: library.func(
      'int ARGBToI444(uintptr_t argb, int argbStride, uintptr_t y, int yStride, uintptr_t u, int uStride, uintptr_t v, int vStride, int width, int height)',
    ) as KoffiFunc<(...args: number[]) => number>,
    ARGBScale: library.func(
      'int ARGBScale(uintptr_t from, int fromStride, int fromWidth, int fromHeight, uintptr_t to, int toStride, int toWidth, int toHeight, int filter)',
    ) as KoffiFunc<(...args: number[]) => number>,
  };
});

/** libyuv's kFilterBox: each pixel is the mean of those that it stands for. */
const BOX = 3;

/** Loads libyuv. @throws MissingLibrary */
export function checkLibyuv(): void {
  libyuv();
}

/** What libyuv's `ARGBToNV12`, `ARGBToI420` and `ARGBToI444` make of an sRGB picture: the matrix is BT.601, limited range. */
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

/** A picture that an encoder takes, in native memory laid out as GstVideoInfo has it. */
export interface YuvFrame extends Disposable {
  /** Even sides; a screen with an odd side leaves the last row or column undefined. */
  readonly size: { width: number; height: number };
  readonly bytes: number;
  readonly address: Address;
  /** Takes over a rectangle, whose position is even. */
  convert(from: Pixels, rectangle: Rectangle): void;
}

/** 4:2:0: a plane of luma, then one of interleaved chroma at half the size, both with rows of the same length. */
export class Nv12Frame implements YuvFrame {
  readonly size: { width: number; height: number };
  readonly bytes: number;
  readonly address: Address;
  readonly #stride: number;
  readonly #chroma: Address;

  constructor(screen: { width: number; height: number }) {
    this.size = evenSize(screen);
    this.#stride = multipleOf4(this.size.width);
    const luma = this.#stride * this.size.height;
    this.bytes = luma + luma / 2;
    this.address = Number(koffi.address(koffi.alloc('uint8_t', this.bytes)));
    this.#chroma = this.address + luma;
  }

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

/** 4:2:0: a plane of luma, then one of Cb and one of Cr at half the size. */
export class I420Frame implements YuvFrame {
  readonly size: { width: number; height: number };
  readonly bytes: number;
  readonly address: Address;
  readonly #stride: number;
  readonly #chromaStride: number;
  readonly #cb: Address;
  readonly #cr: Address;

  constructor(screen: { width: number; height: number }) {
    this.size = evenSize(screen);
    this.#stride = multipleOf4(this.size.width);
    this.#chromaStride = multipleOf4(this.size.width / 2);
    const luma = this.#stride * this.size.height;
    const chroma = (this.#chromaStride * this.size.height) / 2;
    this.bytes = luma + 2 * chroma;
    this.address = Number(koffi.address(koffi.alloc('uint8_t', this.bytes)));
    this.#cb = this.address + luma;
    this.#cr = this.#cb + chroma;
  }

  convert(from: Pixels, { x, y, width, height }: Rectangle): void {
    const chroma = (y >> 1) * this.#chromaStride + (x >> 1);
    libyuv().ARGBToI420(
      from.address + y * from.stride + x * 4,
      from.stride,
      this.address + y * this.#stride + x,
      this.#stride,
      this.#cb + chroma,
      this.#chromaStride,
      this.#cr + chroma,
      this.#chromaStride,
      width,
      height,
    );
  }

  [Symbol.dispose](): void {
    koffi.free(this.address);
  }
}

/** 4:4:4: a plane of luma, one of Cb and one of Cr, all of the same size. */
export class Y444Frame implements YuvFrame {
  readonly size: { width: number; height: number };
  readonly bytes: number;
  readonly address: Address;
  readonly #stride: number;

  constructor(screen: { width: number; height: number }) {
    this.size = evenSize(screen);
    this.#stride = multipleOf4(this.size.width);
    this.bytes = 3 * this.#plane;
    this.address = Number(koffi.address(koffi.alloc('uint8_t', this.bytes)));
  }

  convert(from: Pixels, { x, y, width, height }: Rectangle): void {
    const luma = this.address + y * this.#stride + x;
    libyuv().ARGBToI444(
      from.address + y * from.stride + x * 4,
      from.stride,
      ...[luma, luma + this.#plane, luma + 2 * this.#plane].flatMap((at) => [at, this.#stride]),
      width,
      height,
    );
  }

  [Symbol.dispose](): void {
    koffi.free(this.address);
  }

  get #plane(): number {
    return this.#stride * this.size.height;
  }
}

/** A frame of half the screen's width and height. */
export class HalvedFrame implements YuvFrame {
  readonly #frame: YuvFrame;
  readonly #pixels: Pixels;

  /** @param Frame what the encoder takes */
  constructor(screen: { width: number; height: number }, Frame: new (size: typeof screen) => YuvFrame) {
    const [width, height] = [half(screen.width), half(screen.height)];
    this.#frame = new Frame({ width, height });
    const stride = width * 4;
    const address = Number(koffi.address(koffi.alloc('uint8_t', stride * height)));
    this.#pixels = { address, width, height, stride };
  }

  get size(): { width: number; height: number } {
    return this.#frame.size;
  }

  get bytes(): number {
    return this.#frame.bytes;
  }

  get address(): Address {
    return this.#frame.address;
  }

  /** Its position is a multiple of 4. */
  convert(from: Pixels, { x, y, width, height }: Rectangle): void {
    const { address, stride } = this.#pixels;
    const halved = { x: x >> 1, y: y >> 1, width: half(width), height: half(height) };
    libyuv().ARGBScale(
      from.address + y * from.stride + x * 4,
      from.stride,
      width,
      height,
      address + halved.y * stride + halved.x * 4,
      stride,
      halved.width,
      halved.height,
      BOX,
    );
    this.#frame.convert(this.#pixels, halved);
  }

  [Symbol.dispose](): void {
    koffi.free(this.#pixels.address);
    this.#frame[Symbol.dispose]();
  }
}

function half(side: number): number {
  return (side + 1) >> 1;
}

export function evenSize({ width, height }: { width: number; height: number }) {
  return { width: (width + 1) & ~1, height: (height + 1) & ~1 };
}

function multipleOf4(bytes: number): number {
  return (bytes + 3) & ~3;
}
