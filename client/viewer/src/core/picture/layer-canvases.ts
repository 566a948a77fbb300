import type { Rectangle } from '@deskside/protocol';
import type { Framebuffer } from './framebuffer.ts';
import { LayerPart } from './layer-part.ts';
import { intersection } from './rectangle.ts';

/** Size of one canvas, device pixels: small enough that what holds nothing can be hidden, few enough to be cheap. */
const WIDTH = 960;
const HEIGHT = 216;

/** Canvases overlap by this much, so that no gap opens between them when the page scales them. */
const OVERLAP = 1;

/** All of it has been exact for so long, ms: one canvas will do for a while. To change it costs 2 ms at 1080p. */
const SETTLED = 300;

/**
 * Shows a framebuffer over the video: by one canvas while all of it is opaque, since browsers work for each canvas in each
 * repaint, else by a grid of them.
 */
export class LayerCanvases implements Disposable {
  readonly #framebuffer: Framebuffer;
  readonly #whole: LayerPart;
  readonly #parts: LayerPart[] = [];
  #isWhole = false;
  /** Since when all of it is opaque, as far as drawings have shown, ms. */
  #opaqueSince: number | undefined;

  constructor(parent: HTMLElement, framebuffer: Framebuffer) {
    this.#framebuffer = framebuffer;
    const { width, height } = framebuffer;
    const all = { x: 0, y: 0, width, height };
    this.#whole = new LayerPart(parent, framebuffer, all);
    for (let y = 0; y < height; y += HEIGHT) {
      for (let x = 0; x < width; x += WIDTH) {
        const area = intersection(all, { x, y, width: WIDTH + OVERLAP, height: HEIGHT + OVERLAP })!;
        this.#parts.push(new LayerPart(parent, framebuffer, area));
      }
    }
  }

  /** Whether nothing below can be seen but in the rectangle. */
  isOpaqueBeside(rectangle: Rectangle | undefined): boolean {
    return this.#isWhole || this.#parts.every((part) => part.isOpaqueBeside(rectangle));
  }

  /** Shows what was drawn there. */
  draw(rectangle: Rectangle): void {
    if (this.#isWhole) this.#whole.draw(rectangle);
    else this.#drawParts(rectangle);
  }

  /**
   * Makes the rectangle transparent. Where nothing is, this costs nothing: a film clears all of its area with every
   * frame, and a canvas that was touched is composited anew.
   */
  clear(rectangle: Rectangle): void {
    if (this.#isWhole) this.#split(rectangle);
    else this.#clearParts(rectangle);
  }

  [Symbol.dispose](): void {
    for (const part of [this.#whole, ...this.#parts]) part[Symbol.dispose]();
  }

  #drawParts(rectangle: Rectangle): void {
    for (const [part, drawn] of this.#within(rectangle)) part.draw(drawn);
    if (this.isOpaqueBeside(undefined)) this.#opaqueSince ??= performance.now();
    else this.#opaqueSince = undefined;
    if (performance.now() - (this.#opaqueSince ?? Number.POSITIVE_INFINITY) >= SETTLED) this.#join();
  }

  #clearParts(rectangle: Rectangle): void {
    // Parts overlap: what is cleared for one must not seem to have been clear before to the next.
    const shown = this.#within(rectangle).filter(([part, within]) => part.shows(within));
    if (shown.length > 0) this.#opaqueSince = undefined;
    for (const [, within] of shown) this.#framebuffer.clear(within);
    for (const [part, within] of shown) part.clear(within);
  }

  /** Goes on with one canvas. */
  #join(): void {
    this.#isWhole = true;
    this.#whole.refresh();
    for (const part of this.#parts) part.hide();
  }

  /** Goes on with the grid, without what is cleared. */
  #split(cleared: Rectangle): void {
    this.#isWhole = false;
    this.#opaqueSince = undefined;
    this.#framebuffer.clear(cleared);
    for (const part of this.#parts) part.refresh();
    this.#whole.hide();
  }

  #within(rectangle: Rectangle): [part: LayerPart, rectangle: Rectangle][] {
    return this.#parts.flatMap((part) => {
      const within = intersection(part.area, rectangle);
      return within ? [[part, within] as [LayerPart, Rectangle]] : [];
    });
  }
}
