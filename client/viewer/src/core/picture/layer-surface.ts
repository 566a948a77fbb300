import type { Rectangle } from '@deskside/protocol';

/**
 * A rectangle of the screen that is drawn to now and then. Browsers copy every canvas with a context for drawing whenever
 * one of them changed; at rest it shows a canvas that holds a finished image, which they keep.
 */
export class LayerSurface implements Disposable {
  readonly #parent: HTMLElement;
  readonly #area: Rectangle;
  readonly #settings: CanvasRenderingContext2DSettings;
  readonly #drawn: CanvasRenderingContext2D;
  #finished: ImageBitmapRenderingContext | undefined;
  #shown: HTMLCanvasElement | undefined;

  /** @param area device pixels */
  constructor(parent: HTMLElement, area: Rectangle, alpha: boolean) {
    this.#parent = parent;
    this.#area = area;
    // In main memory: every update writes pixels, which a canvas on a GPU would have to upload.
    this.#settings = { alpha, willReadFrequently: true };
    this.#drawn = this.#addCanvas().getContext('2d', this.#settings)!;
  }

  /** Whether it is shown as a finished image. */
  get isResting(): boolean {
    return this.#shown !== undefined && this.#shown === this.#finished?.canvas;
  }

  /** Shows what was put before, and a rectangle of the screen, which lies inside. */
  put(screen: ImageData, { x, y, width, height }: Rectangle): void {
    this.#drawn.putImageData(screen, -this.#area.x, -this.#area.y, x, y, width, height);
    this.#show(this.#drawn.canvas);
  }

  /** Nothing is going to change for a while. It takes a millisecond where it is 960x216. */
  rest(): void {
    const image = new OffscreenCanvas(this.#area.width, this.#area.height);
    image.getContext('2d', this.#settings)!.drawImage(this.#drawn.canvas, 0, 0);
    this.#finished ??= this.#addCanvas().getContext('bitmaprenderer', { alpha: this.#settings.alpha! })!;
    this.#finished.transferFromImageBitmap(image.transferToImageBitmap());
    this.#show(this.#finished.canvas as HTMLCanvasElement);
  }

  hide(): void {
    this.#show(undefined);
  }

  [Symbol.dispose](): void {
    for (const context of [this.#drawn, this.#finished]) (context?.canvas as HTMLCanvasElement)?.remove();
  }

  #show(canvas: HTMLCanvasElement | undefined): void {
    if (canvas === this.#shown) return;
    if (canvas) canvas.style.visibility = 'visible';
    if (this.#shown) this.#shown.style.visibility = 'hidden';
    this.#shown = canvas;
  }

  #addCanvas(): HTMLCanvasElement {
    const { x, y, width, height } = this.#area;
    const canvas = document.createElement('canvas');
    Object.assign(canvas, { width, height });
    Object.assign(canvas.style, {
      position: 'absolute',
      left: `${x}px`,
      top: `${y}px`,
      visibility: 'hidden',
    });
    this.#parent.append(canvas);
    return canvas;
  }
}
