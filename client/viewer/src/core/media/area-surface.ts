import type { Rectangle } from '@deskside/protocol';
import { type OnPresented, placeArea } from './video-surface.ts';

interface Shown {
  frame: number;
  picture: VideoFrame;
  area: Rectangle;
}

/**
 * Video of an area of the screen, on a canvas of its size: unlike a `<video>`, it can change its place together with
 * what it shows.
 */
export class AreaSurface implements Disposable {
  readonly #canvas = document.createElement('canvas');
  readonly #context = this.#canvas.getContext('2d', { alpha: false })!;
  readonly #onPresented: OnPresented;
  #next: Shown | undefined;
  #request = 0;

  constructor(stage: HTMLElement, onPresented: OnPresented) {
    this.#onPresented = onPresented;
    placeArea(this.#canvas, stage);
  }

  /** Shows it with the coming repaint, unless a newer one comes before; takes the picture over. */
  show(frame: number, picture: VideoFrame, area: Rectangle): void {
    if (this.#next) this.#next.picture.close();
    else this.#request = requestAnimationFrame(() => this.#paint());
    this.#next = { frame, picture, area };
  }

  /** This frame of the screen is shown, and newer than what the area shows. */
  endBefore(frame: number): void {
    this.#canvas.style.visibility = 'hidden';
    if (this.#next && this.#next.frame < frame) this.#dropNext();
  }

  [Symbol.dispose](): void {
    this.#dropNext();
    this.#canvas.remove();
  }

  #dropNext(): void {
    cancelAnimationFrame(this.#request);
    this.#next?.picture.close();
    this.#next = undefined;
  }

  #paint(): void {
    const { frame, picture, area } = this.#next!;
    this.#next = undefined;
    this.#moveTo(area);
    // Only what is visible, one to one: frames are padded to even sides.
    const { width, height } = area;
    this.#context.drawImage(picture, 0, 0, width, height, 0, 0, width, height);
    picture.close();
    this.#onPresented(frame, performance.timeOrigin + performance.now());
  }

  #moveTo({ x, y, width, height }: Rectangle): void {
    const { style } = this.#canvas;
    if (this.#canvas.width !== width || this.#canvas.height !== height)
      Object.assign(this.#canvas, { width, height });
    Object.assign(style, { left: `${x}px`, top: `${y}px`, visibility: 'visible' });
  }
}
