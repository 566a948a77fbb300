/** Where the pixels of an X server's screen are read. */
import type { Rectangle } from '@deskside/protocol';
import type { Pixels } from './yuv.ts';

/** The screen's pixels; `words` has one word of BGRX for each, `stride / 4` words a row. */
export interface Framebuffer extends Pixels {
  words: Uint32Array;
}

export interface Size {
  width: number;
  height: number;
}

/** A screen whose pixels can be read while they are held. One use at a time. */
export interface ScreenMemory extends Disposable {
  /** What is drawn from now on does not come into the framebuffer before it is released. */
  hold(): void;
  release(): void;
  /** Begins anew for a screen of another size, with nothing in it. */
  resize(size: Size): Promise<Framebuffer>;
  /**
   * Brings rectangles up to date, which come from the top and do not overlap, and nothing else: what was drawn beside
   * them meanwhile is damage that nobody was told of yet.
   */
  update(rectangles: readonly Rectangle[]): Promise<void>;
}
