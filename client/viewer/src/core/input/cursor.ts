import type { CursorShape } from '@deskside/protocol';

/** Browsers ignore larger cursor images (Chromium and Firefox: 128 CSS pixels). */
const LARGEST = 128;

/**
 * Values of CSS `cursor` that show this shape, the plainest first: the last one that the browser understands is best.
 *
 * @param size CSS pixels to one pixel of the shape; below 1 on dense displays, where all of its pixels are shown
 */
export function cssCursors(cursor: CursorShape, size: number): string[] {
  const { width, height, hotX, hotY } = cursor;
  if (width === 0 || height === 0) return ['none'];
  const scale = Math.min(size, LARGEST / Math.max(width, height));
  const hot = (value: number, side: number): number => Math.round(Math.min(value, side - 1) * scale);
  const spot = `${hot(hotX, width)} ${hot(hotY, height)}, default`;
  const plain = `url("${draw(cursor, scale)}") ${spot}`;
  if (scale >= 1) return [plain];
  return [plain, `image-set(url("${draw(cursor, 1)}") ${1 / scale}x) ${spot}`];
}

/**
 * How large the cursor is shown beside a picture of this scale: as the picture, but never below its natural size, since
 * one that shrinks with a picture that is made to fit cannot be seen.
 *
 * @param scale CSS pixels to one pixel of the desktop
 */
export function cursorSize(scale: number, devicePixelRatio: number): number {
  return Math.min(1, Math.max(scale, 1 / devicePixelRatio));
}

/** The shape as an image, `data:`. @param scale pixels of the image to one of the shape */
export function draw({ width, height, rgba }: CursorShape, scale: number): string {
  const canvas = createCanvas(width, height);
  canvas.getContext('2d')!.putImageData(new ImageData(new Uint8ClampedArray(rgba), width, height), 0, 0);
  if (scale === 1) return canvas.toDataURL();
  const smaller = createCanvas(Math.round(width * scale), Math.round(height * scale));
  smaller.getContext('2d')!.drawImage(canvas, 0, 0, smaller.width, smaller.height);
  return smaller.toDataURL();
}

function createCanvas(width: number, height: number): HTMLCanvasElement {
  return Object.assign(document.createElement('canvas'), {
    width: Math.max(1, width),
    height: Math.max(1, height),
  });
}
