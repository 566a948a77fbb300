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

/** What did not change for so long, ms, is taken to rest. */
const CALM = 1000;

/** Parts are laid to rest for so long at a time, ms, and after a pause: each takes a millisecond of the page. */
const STINT = 5;
const PAUSE = 50;

/**
 * Shows a framebuffer over the video. Browsers work for each canvas in each repaint: one shows all of it while most of it
 * moves and is opaque, else a grid of them, of which those that rest cost nothing.
 */
export class LayerCanvases implements Disposable {
  readonly #framebuffer: Framebuffer;
  readonly #whole: LayerPart;
  readonly #parts: LayerPart[] = [];
  #isWhole = false;
  /** Nothing has been drawn yet. */
  #isNew = true;
  /** Since when all of it is opaque, as far as drawings have shown, ms. */
  #opaqueSince: number | undefined;
  /** When most of it changed last, ms. */
  #movedAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

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

  /** Shows what a picture drew, there. */
  draw(rectangles: readonly Rectangle[]): void {
    const isMost = this.#isMost(rectangles);
    if (isMost) this.#movedAt = performance.now();
    if (isMost && !this.#isWhole && this.#isSettled) this.#join();
    else if (this.#isWhole) this.#drawWhole(rectangles);
    else this.#drawParts(rectangles);
    this.#isNew &&= rectangles.length === 0;
    this.#timer ??= setTimeout(this.#settle, CALM);
  }

  /**
   * Makes the rectangle transparent. Where nothing is, this costs nothing: a film clears all of its area with every
   * frame, and a canvas that was touched is composited anew.
   */
  clear(rectangle: Rectangle): void {
    if (this.#isWhole) this.#uncover(rectangle);
    else this.#clearParts(rectangle);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    for (const part of [this.#whole, ...this.#parts]) part[Symbol.dispose]();
  }

  #isMost(rectangles: readonly Rectangle[]): boolean {
    const pixels = rectangles.reduce((sum, { width, height }) => sum + width * height, 0);
    return 2 * pixels > this.#framebuffer.width * this.#framebuffer.height;
  }

  /** Whether all of it is opaque and likely to stay so: for a while, or from the beginning. */
  get #isSettled(): boolean {
    const { width, height } = this.#framebuffer;
    if (this.#isNew) return this.#framebuffer.isOpaque({ x: 0, y: 0, width, height });
    return performance.now() - (this.#opaqueSince ?? Number.POSITIVE_INFINITY) >= SETTLED;
  }

  #drawWhole(rectangles: readonly Rectangle[]): void {
    for (const rectangle of rectangles) {
      this.#whole.draw(rectangle);
      for (const [part] of this.#within(rectangle)) part.changed();
    }
  }

  #drawParts(rectangles: readonly Rectangle[]): void {
    for (const rectangle of rectangles) {
      for (const [part, drawn] of this.#within(rectangle)) part.draw(drawn);
    }
    if (this.isOpaqueBeside(undefined)) this.#opaqueSince ??= performance.now();
    else this.#opaqueSince = undefined;
  }

  /** Not along with a picture, which would be seen later for it. */
  readonly #settle = (): void => {
    const start = performance.now();
    if (this.#isWhole && start - this.#movedAt >= CALM) this.#split();
    for (const part of this.#parts) {
      if (performance.now() - start >= STINT) break;
      if (start - (part.awakeSince ?? start) >= CALM) part.rest();
    }
    const awake = this.#isWhole ? [this.#movedAt] : this.#parts.flatMap((part) => part.awakeSince ?? []);
    const next = Math.min(...awake) + CALM - performance.now();
    this.#timer = awake.length > 0 ? setTimeout(this.#settle, Math.max(PAUSE, next)) : undefined;
  };

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
    this.#opaqueSince ??= performance.now();
    this.#whole.refresh();
    for (const part of this.#parts) part.hide();
  }

  /** Goes on with the grid, without what is cleared. */
  #uncover(cleared: Rectangle): void {
    this.#opaqueSince = undefined;
    this.#framebuffer.clear(cleared);
    this.#split();
  }

  /** Goes on with the grid. */
  #split(): void {
    this.#isWhole = false;
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
