import type { Rectangle } from '@deskside/protocol';
import type { Framebuffer } from './framebuffer.ts';
import { LayerSurface } from './layer-surface.ts';
import { without } from './rectangle.ts';

type Kind = 'opaque' | 'partial';

/**
 * Shows a rectangle of the framebuffer over the video. Compositing is what it costs: where nothing is exact it shows
 * nothing, and where everything is, an opaque surface, under which browsers need not draw the video, and which they need
 * not blend with it.
 */
export class LayerPart implements Disposable {
  readonly area: Rectangle;
  readonly #parent: HTMLElement;
  readonly #framebuffer: Framebuffer;
  readonly #surfaces: Partial<Record<Kind, LayerSurface>> = {};
  #shown: Kind | undefined;
  #changedAt = 0;

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
    this.changed();
    this.#drawn(rectangle);
  }

  /** The rectangle became transparent. */
  clear(rectangle: Rectangle): void {
    this.changed();
    this.#show(this.#framebuffer.isTransparent(this.area) ? undefined : 'partial', rectangle);
  }

  /** Shows all that is there now. */
  refresh(): void {
    const { area } = this;
    this.hide();
    if (!this.#framebuffer.isTransparent(area)) this.#drawn(area);
  }

  hide(): void {
    this.#show(undefined, this.area);
  }

  /** Something changed in it, whoever shows that. */
  changed(): void {
    this.#changedAt = performance.now();
  }

  /** When something changed in it, ms. Undefined if it does not show it, or rests already. */
  get awakeSince(): number | undefined {
    const surface = this.#shown && this.#surfaces[this.#shown];
    return surface && !surface.isResting ? this.#changedAt : undefined;
  }

  /** Has what it shows cost nothing until it changes. */
  rest(): void {
    if (this.#shown) this.#surfaces[this.#shown]!.rest();
  }

  [Symbol.dispose](): void {
    for (const surface of Object.values(this.#surfaces)) surface[Symbol.dispose]();
  }

  #drawn(rectangle: Rectangle): void {
    const opaque = this.#shown === 'opaque' || this.#framebuffer.isOpaque(this.area);
    this.#show(opaque ? 'opaque' : 'partial', rectangle);
  }

  #show(kind: Kind | undefined, changed: Rectangle): void {
    const before = this.#shown;
    this.#shown = kind;
    if (kind) this.#put(kind, kind === before ? changed : this.area);
    if (before && kind !== before) this.#surfaces[before]!.hide();
  }

  #put(kind: Kind, rectangle: Rectangle): void {
    this.#surfaces[kind] ??= new LayerSurface(this.#parent, this.area, kind === 'partial');
    this.#surfaces[kind].put(this.#framebuffer.image, rectangle);
  }
}
