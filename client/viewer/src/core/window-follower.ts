import { MAX_SCREEN_SIDE, MIN_SCREEN_SIDE, type Of, type ViewerMessage } from '@deskside/protocol';
import { listen } from './listen.ts';

export interface WindowFollowerOptions {
  /** What the desktop is to fill. */
  element: HTMLElement;
  send(message: Of<ViewerMessage, 'resize'>): void;
}

/**
 * Rest after which a size counts as settled, ms: while a window is dragged sizes come with every repaint, 17 ms apart. It
 * is a good part of the 150 that a desktop may take to follow.
 */
const REST = 25;

/** Tells the streamer how large the window is: once when it starts, then each time that the size has settled. */
export class WindowFollower implements Disposable {
  readonly #options: WindowFollowerOptions;
  readonly #resources = new DisposableStack();
  #due: ReturnType<typeof setTimeout> | undefined;
  #active = false;
  #told: Of<ViewerMessage, 'resize'> | undefined;

  constructor(options: WindowFollowerOptions) {
    this.#options = options;
    const observer = new ResizeObserver(() => this.#changed());
    observer.observe(options.element);
    this.#resources.defer(() => observer.disconnect());
    // The density changes with the zoom, or on the way to another screen; the size in CSS pixels need not.
    this.#resources.use(listen(window, 'resize', () => this.#changed()));
    this.#resources.defer(() => clearTimeout(this.#due));
  }

  /** Whether the desktop is to follow. Each time that it starts anew the size is told, whatever was told before. */
  set active(active: boolean) {
    if (active === this.#active) return;
    this.#active = active;
    this.#told = undefined;
    clearTimeout(this.#due);
    if (active) this.#tell();
  }

  [Symbol.dispose](): void {
    this.#resources.dispose();
  }

  #changed(): void {
    clearTimeout(this.#due);
    if (this.#active) this.#due = setTimeout(() => this.#tell(), REST);
  }

  #tell(): void {
    const { clientWidth, clientHeight } = this.#options.element;
    // A page in the background may have no size at all.
    if (clientWidth === 0 || clientHeight === 0) return;
    const wish = {
      type: 'resize',
      width: side(clientWidth),
      height: side(clientHeight),
      scale: Math.max(0.25, Math.min(8, devicePixelRatio)),
    } as const;
    const { width, height, scale } = this.#told ?? {};
    if (width === wish.width && height === wish.height && scale === wish.scale) return;
    this.#told = wish;
    this.#options.send(wish);
  }
}

/** Device pixels of so many CSS pixels. Down, or the last one would lie outside of the window. */
function side(length: number): number {
  return Math.max(MIN_SCREEN_SIDE, Math.min(MAX_SCREEN_SIDE, Math.floor(length * devicePixelRatio)));
}
