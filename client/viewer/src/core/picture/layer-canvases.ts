import type { Rectangle } from '@deskside/protocol';
import type { Framebuffer } from './framebuffer.ts';
import { LayerPart } from './layer-part.ts';
import { intersection } from './rectangle.ts';

/** Size of one canvas, device pixels: small enough that what holds nothing can be hidden, few enough to be cheap. */
const WIDTH = 480;
const HEIGHT = 128;

/** Canvases overlap by this much, so that no gap opens between them when the page scales them. */
const OVERLAP = 1;

/** Shows a framebuffer by a grid of canvases over the video. */
export class LayerCanvases implements Disposable {
  readonly #framebuffer: Framebuffer;
  readonly #parts: LayerPart[] = [];

  constructor(parent: HTMLElement, framebuffer: Framebuffer) {
    this.#framebuffer = framebuffer;
    const { width, height } = framebuffer;
    for (let y = 0; y < height; y += HEIGHT) {
      for (let x = 0; x < width; x += WIDTH) {
        const area = intersection(
          { x: 0, y: 0, width, height },
          { x, y, width: WIDTH + OVERLAP, height: HEIGHT + OVERLAP },
        )!;
        this.#parts.push(new LayerPart(parent, framebuffer, area));
      }
    }
  }

  /** Whether nothing below can be seen but in the rectangle. */
  isOpaqueBeside(rectangle: Rectangle | undefined): boolean {
    return this.#parts.every((part) => part.isOpaqueBeside(rectangle));
  }

  /** Shows what was drawn there. */
  draw(rectangle: Rectangle): void {
    for (const [part, drawn] of this.#within(rectangle)) part.draw(drawn);
  }

  /**
   * Makes the rectangle transparent. Where nothing is, this costs nothing: a film clears all of its area with every
   * frame, and a canvas that was touched is composited anew.
   */
  clear(rectangle: Rectangle): void {
    // Parts overlap: what is cleared for one must not seem to have been clear before to the next.
    const shown = this.#within(rectangle).filter(([part, within]) => part.shows(within));
    for (const [, within] of shown) this.#framebuffer.clear(within);
    for (const [part, within] of shown) part.clear(within);
  }

  [Symbol.dispose](): void {
    for (const part of this.#parts) part[Symbol.dispose]();
  }

  #within(rectangle: Rectangle): [part: LayerPart, rectangle: Rectangle][] {
    return this.#parts.flatMap((part) => {
      const within = intersection(part.area, rectangle);
      return within ? [[part, within] as [LayerPart, Rectangle]] : [];
    });
  }
}
