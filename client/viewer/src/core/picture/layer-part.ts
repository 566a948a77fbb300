import type { Rectangle } from '@deskside/protocol';
import type { Framebuffer } from './framebuffer.ts';
import { without } from './rectangle.ts';

type Kind = 'opaque' | 'partial';

/**
 * Shows a rectangle of the framebuffer over the video. Compositing is what it costs: where nothing is exact it shows no
 * canvas, and where everything is, an opaque one, under which browsers need not draw the video, and which they need not
 * blend with it.
 */
export class LayerPart implements Disposable {
  readonly area: Rectangle;
  readonly #parent: HTMLElement;
  readonly #framebuffer: Framebuffer;
  readonly #canvases: Partial<Record<Kind, CanvasRenderingContext2D>> = {};
  #shown: Kind | undefined;

  constructor(parent: HTMLElement, framebuffer: Framebuffer, area: Rectangle) {
    this.#parent = parent;
    this.#framebuffer = framebuffer;
    this.area = area;
  }

  /** Whether nothing below can be seen but in the rectangle. */
  isOpaqueBeside(rectangle: Rectangle | undefined): boolean {
    if (this.#shown === 'opaque' || !rectangle) return this.#shown === 'opaque';
    return without(this.area, rectangle).every((rest) => this.#framebuffer.isOpaque(rest));
  }

  /** Whether anything opaque is in the rectangle, which lies inside. */
  shows(rectangle: Rectangle): boolean {
    return this.#shown !== undefined && !this.#framebuffer.isTransparent(rectangle);
  }

  /** Pixels were drawn there. */
  draw(rectangle: Rectangle): void {
    const opaque = this.#shown === 'opaque' || this.#framebuffer.isOpaque(this.area);
    this.#show(opaque ? 'opaque' : 'partial', rectangle);
  }

  /** The rectangle became transparent. */
  clear(rectangle: Rectangle): void {
    this.#show(this.#framebuffer.isTransparent(this.area) ? undefined : 'partial', rectangle);
  }

  /** Shows all that is there now. */
  refresh(): void {
    const { area } = this;
    this.hide();
    if (!this.#framebuffer.isTransparent(area)) this.draw(area);
  }

  hide(): void {
    this.#show(undefined, this.area);
  }

  [Symbol.dispose](): void {
    for (const { canvas } of Object.values(this.#canvases)) canvas.remove();
  }

  #show(kind: Kind | undefined, changed: Rectangle): void {
    const before = this.#shown;
    this.#shown = kind;
    if (kind) this.#put(kind, kind === before ? changed : this.area);
    if (kind === before) return;
    if (kind) this.#canvases[kind]!.canvas.style.visibility = 'visible';
    if (before) this.#canvases[before]!.canvas.style.visibility = 'hidden';
  }

  #put(kind: Kind, { x, y, width, height }: Rectangle): void {
    const { area } = this;
    this.#canvases[kind] ??= createCanvas(this.#parent, area, kind);
    this.#canvases[kind].putImageData(this.#framebuffer.image, -area.x, -area.y, x, y, width, height);
  }
}

function createCanvas(
  parent: HTMLElement,
  { x, y, width, height }: Rectangle,
  kind: Kind,
): CanvasRenderingContext2D {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width, height });
  Object.assign(canvas.style, { position: 'absolute', left: `${x}px`, top: `${y}px`, visibility: 'hidden' });
  parent.append(canvas);
  // In main memory: every update writes pixels, which a canvas on a GPU would have to upload.
  return canvas.getContext('2d', { alpha: kind === 'partial', willReadFrequently: true })!;
}
