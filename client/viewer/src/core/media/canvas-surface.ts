import { frameNumber } from './decoder-messages.ts';
import type { OnPresented, VideoSurface } from './video-surface.ts';

/** A canvas on which the newest frame is painted at each repaint, for browsers without track generators. */
export class CanvasSurface implements VideoSurface {
  readonly element = document.createElement('canvas');
  readonly #context = this.element.getContext('2d', { alpha: false })!;
  readonly #onPresented: OnPresented;
  #next: VideoFrame | undefined;
  #request = 0;

  constructor(onPresented: OnPresented) {
    this.#onPresented = onPresented;
  }

  /** Takes the frame over. */
  show(frame: VideoFrame): void {
    if (this.#next) this.#next.close();
    else this.#request = requestAnimationFrame(() => this.#paint());
    this.#next = frame;
  }

  [Symbol.dispose](): void {
    cancelAnimationFrame(this.#request);
    this.#next?.close();
    this.element.remove();
  }

  #paint(): void {
    const frame = this.#next!;
    this.#next = undefined;
    const { displayWidth: width, displayHeight: height } = frame;
    if (this.element.width !== width || this.element.height !== height)
      Object.assign(this.element, { width, height });
    // Only what is visible, one to one: Firefox otherwise squeezes the padding of a 1088-line frame into 1080 lines.
    this.#context.drawImage(frame, 0, 0, width, height, 0, 0, width, height);
    this.#onPresented(frameNumber(frame.timestamp), performance.timeOrigin + performance.now());
    frame.close();
  }
}
