import type { Rectangle } from '@deskside/protocol';
import { type OnPresented, placeArea } from './video-surface.ts';

/**
 * Video of an area of the screen, on a canvas of its size: unlike a `<video>`, it can change its place together with
 * what it shows.
 */
export class AreaSurface implements Disposable {
  readonly #canvas = document.createElement('canvas');
  readonly #context = this.#canvas.getContext('2d', { alpha: false })!;
  readonly #onPresented: OnPresented;
  #shown: Rectangle | undefined;

  constructor(stage: HTMLElement, onPresented: OnPresented) {
    this.#onPresented = onPresented;
    placeArea(this.#canvas, stage);
  }

  /** What of the screen it covers. */
  get shown(): Rectangle | undefined {
    return this.#shown;
  }

  /** Shows it with the coming repaint; takes the picture over. */
  show(frame: number, picture: VideoFrame, area: Rectangle): void {
    this.#moveTo(area);
    // Only what is visible, one to one: frames are padded to even sides.
    const { width, height } = area;
    this.#context.drawImage(picture, 0, 0, width, height, 0, 0, width, height);
    picture.close();
    this.#onPresented(frame, performance.timeOrigin + performance.now());
  }

  /** The video of the screen shows what the area showed. */
  end(): void {
    this.#canvas.style.visibility = 'hidden';
    this.#shown = undefined;
  }

  [Symbol.dispose](): void {
    this.#canvas.remove();
  }

  #moveTo(area: Rectangle): void {
    this.#shown = area;
    const { x, y, width, height } = area;
    const { style } = this.#canvas;
    if (this.#canvas.width !== width || this.#canvas.height !== height)
      Object.assign(this.#canvas, { width, height });
    Object.assign(style, { left: `${x}px`, top: `${y}px`, visibility: 'visible' });
  }
}
