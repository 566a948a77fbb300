import type { VideoSurface } from '../media/video-surface.ts';

/** Without a frame for this long the video rests, ms. */
const REST = 2000;

/** It sleeps after so long below what covers it, ms: the first frame after that comes some ms later. */
const SLEEP = 5000;

export interface VideoVisibilityOptions {
  /** Those that there are now. */
  surfaces(): VideoSurface[];
  /** Whether nothing of the video can be seen, nor is about to be. */
  isCovered(): boolean;
}

/**
 * Hides video that rests below exact pixels and video of an area: as long as a `<video>` plays, Chromium works for it in
 * each frame of the screen, whether anybody sees it or not; and for what is hidden, still some times a second.
 */
export class VideoVisibility implements Disposable {
  readonly #options: VideoVisibilityOptions;
  #hidden = false;
  #showing: Promise<void> | undefined;
  #neededAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: VideoVisibilityOptions) {
    this.#options = options;
  }

  /**
   * Settled when video that was hidden is drawn with the rest of the page again; undefined if it is. Before, frames may
   * be told of that are not on the screen.
   */
  get showing(): Promise<void> | undefined {
    return this.#showing;
  }

  /** A frame is coming. */
  needed(): void {
    this.#neededAt = performance.now();
    if (this.#hidden) {
      this.#show();
      this.#showing = twoFrames().then(() => {
        this.#showing = undefined;
      });
    }
    this.#timer ??= setTimeout(() => this.#look(), REST);
  }

  /** Something was drawn over it. */
  drawn(): void {
    if (!this.#hidden) this.#timer ??= setTimeout(() => this.#look(), REST);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }

  #look(): void {
    this.#timer = undefined;
    const left = this.#neededAt + REST - performance.now();
    if (left > 0) this.#timer = setTimeout(() => this.#look(), left);
    else if (this.#options.isCovered()) this.#hide();
  }

  #hide(): void {
    this.#hidden = true;
    for (const { element } of this.#options.surfaces()) element.style.visibility = 'hidden';
    this.#timer = setTimeout(() => {
      for (const surface of this.#options.surfaces()) surface.sleep?.();
    }, SLEEP);
  }

  #show(): void {
    this.#hidden = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const surface of this.#options.surfaces()) {
      surface.wake?.();
      surface.element.style.visibility = '';
    }
  }
}

/** The second begins when the first is drawn. */
function twoFrames(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve())));
}
