import { type DecodedPng, decode } from 'fast-png';

/** Pixels, 3 bytes (red, green, blue) each, row by row. */
export interface Image {
  width: number;
  height: number;
  rgb: Uint8Array;
}

export type Color = readonly [red: number, green: number, blue: number];

export interface Difference {
  /** Peak signal-to-noise ratio over all channels, dB; `Infinity` where every pixel is the same. */
  psnr: number;
  /** How many pixels differ at all. */
  pixels: number;
}

/** @throws Error if the sizes differ */
export function compare(a: Image, b: Image): Difference {
  if (a.width !== b.width || a.height !== b.height) {
    throw new Error(`${a.width}x${a.height} is not comparable with ${b.width}x${b.height}`);
  }
  let squares = 0;
  let pixels = 0;
  for (let i = 0; i < a.rgb.length; i += 3) {
    const red = a.rgb[i]! - b.rgb[i]!;
    const green = a.rgb[i + 1]! - b.rgb[i + 1]!;
    const blue = a.rgb[i + 2]! - b.rgb[i + 2]!;
    const square = red * red + green * green + blue * blue;
    squares += square;
    if (square > 0) pixels++;
  }
  return { psnr: 10 * Math.log10((255 * 255 * a.rgb.length) / squares), pixels };
}

export function pixel(image: Image, x: number, y: number): Color {
  const i = (y * image.width + x) * 3;
  return [image.rgb[i]!, image.rgb[i + 1]!, image.rgb[i + 2]!];
}

export function crop(image: Image, x: number, y: number, width: number, height: number): Image {
  const rgb = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    const start = ((y + row) * image.width + x) * 3;
    rgb.set(image.rgb.subarray(start, start + width * 3), row * width * 3);
  }
  return { width, height, rgb };
}

/**
 * The centre of what has about this colour, in pixels; undefined where nothing has it. The blur of a scaled or
 * compressed picture is allowed for.
 */
export function locate(image: Image, color: Color): { x: number; y: number } | undefined {
  let [left, top, right, bottom] = [image.width, image.height, -1, -1];
  for (let y = 0; y < image.height; y++) {
    for (let x = 0; x < image.width; x++) {
      if (!resembles(pixel(image, x, y), color)) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
  }
  return right < 0 ? undefined : { x: (left + right + 1) / 2, y: (top + bottom + 1) / 2 };
}

/** How far a channel may be off to count as the same colour: half-way to any other colour that the tests draw. */
const COLOR_TOLERANCE = 60;

export function resembles(a: Color, b: Color): boolean {
  return a.every((channel, i) => Math.abs(channel - b[i]!) <= COLOR_TOLERANCE);
}

/** Reads a PNG of 8 bits a channel, RGB or RGBA. */
export function fromPng(png: Uint8Array): Image {
  const { width, height, channels, data }: DecodedPng = decode(png);
  const rgb = new Uint8Array(width * height * 3);
  for (let from = 0, to = 0; to < rgb.length; from += channels, to += 3) {
    rgb[to] = data[from]!;
    rgb[to + 1] = data[from + 1]!;
    rgb[to + 2] = data[from + 2]!;
  }
  return { width, height, rgb };
}

/** Reads pixels of 4 bytes (blue, green, red, unused), as X servers and libyuv's ARGB have them. */
export function fromBgrx(width: number, height: number, bgrx: Uint8Array): Image {
  const rgb = new Uint8Array(width * height * 3);
  for (let from = 0, to = 0; to < rgb.length; from += 4, to += 3) {
    rgb[to] = bgrx[from + 2]!;
    rgb[to + 1] = bgrx[from + 1]!;
    rgb[to + 2] = bgrx[from]!;
  }
  return { width, height, rgb };
}
