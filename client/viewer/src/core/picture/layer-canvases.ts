import type { Rectangle } from '@deskside/protocol';
import type { Framebuffer } from './framebuffer.ts';
import { intersection } from './rectangle.ts';

/** Size of one canvas, device pixels: small enough that what holds nothing can be hidden, few enough to be cheap. */
const WIDTH = 480;
const HEIGHT = 128;

/** Canvases overlap by this much, so that no gap opens between them when the page scales them. */
const OVERLAP = 1;

interface Part {
  readonly area: Rectangle;
  readonly context: CanvasRenderingContext2D;
}

/**
 * Shows a framebuffer by a grid of canvases over the video. A transparent canvas still costs the compositor its
 * blending, so those that hold nothing are hidden.
 */
export class LayerCanvases implements Disposable {
  readonly #framebuffer: Framebuffer;
  readonly #parts: Part[] = [];

  constructor(parent: HTMLElement, framebuffer: Framebuffer) {
    this.#framebuffer = framebuffer;
    const { width, height } = framebuffer;
    for (let y = 0; y < height; y += HEIGHT) {
      for (let x = 0; x < width; x += WIDTH) {
        const area = intersection(
          { x: 0, y: 0, width, height },
          { x, y, width: WIDTH + OVERLAP, height: HEIGHT + OVERLAP },
        )!;
        this.#parts.push({ area, context: createCanvas(parent, area) });
      }
    }
  }

  /** Shows what was drawn there. */
  draw(rectangle: Rectangle): void {
    this.#forEach(rectangle, (part, damage) => {
      this.#put(part, damage);
      part.context.canvas.style.visibility = 'visible';
    });
  }

  /**
   * Makes the rectangle transparent. Where nothing is, this costs nothing: a film clears all of its area with every
   * frame, and a canvas that was touched is composited anew.
   */
  clear(rectangle: Rectangle): void {
    this.#forEach(rectangle, (part, damage) => {
      const { style } = part.context.canvas;
      if (style.visibility === 'hidden' || this.#framebuffer.isTransparent(damage)) return;
      this.#framebuffer.clear(damage);
      this.#put(part, damage);
      if (this.#framebuffer.isTransparent(part.area)) style.visibility = 'hidden';
    });
  }

  [Symbol.dispose](): void {
    for (const { context } of this.#parts) context.canvas.remove();
  }

  #forEach(rectangle: Rectangle, act: (part: Part, damage: Rectangle) => void): void {
    for (const part of this.#parts) {
      const damage = intersection(part.area, rectangle);
      if (damage) act(part, damage);
    }
  }

  #put({ area, context }: Part, { x, y, width, height }: Rectangle): void {
    context.putImageData(this.#framebuffer.image, -area.x, -area.y, x, y, width, height);
  }
}

function createCanvas(parent: HTMLElement, { x, y, width, height }: Rectangle): CanvasRenderingContext2D {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width, height });
  Object.assign(canvas.style, { position: 'absolute', left: `${x}px`, top: `${y}px`, visibility: 'hidden' });
  parent.append(canvas);
  // In main memory: every update writes pixels, which a canvas on a GPU would have to upload.
  return canvas.getContext('2d', { willReadFrequently: true })!;
}
