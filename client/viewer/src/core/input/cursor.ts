import type { CursorShape } from '@deskside/protocol';

/** Browsers ignore larger cursor images (Chromium and Firefox: 128 CSS pixels). */
const LARGEST = 128;

/** The value of CSS `cursor` that shows this shape. */
export function cssCursor(cursor: CursorShape): string {
  const { width, height, hotX, hotY } = cursor;
  if (width === 0 || height === 0) return 'none';
  const scale = Math.min(1, LARGEST / Math.max(width, height));
  const hot = (value: number, size: number): number => Math.round(Math.min(value, size - 1) * scale);
  return `url("${draw(cursor, scale)}") ${hot(hotX, width)} ${hot(hotY, height)}, default`;
}

function draw({ width, height, rgba }: CursorShape, scale: number): string {
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
