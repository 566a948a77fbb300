/**
 * Where the video moves: a film in a window needs an encoder only as large as the window. Pure bookkeeping, without I/O
 * or clock; the figures were found by measuring (a film of 640x360 on a desktop of 1080p at 59 per second).
 */
import type { Rectangle } from '@deskside/protocol';
import { boundingBox, contains, size } from './rectangle.ts';
import { CELL } from './region.ts';

/** Part of the screen up to which an encoder and a decoder of its own cost less than those of the whole screen. */
const LARGEST = 0.4;

/** Smallest sides, pixels: hardware encoders refuse less (NVENC: 145x49). */
const SMALLEST = { width: 160, height: 128 };

/** Changes stay within an area for so long before it counts, ms: a window that opens is over by then. */
const PATIENCE = 250;

/** Every area that was left too soon doubles the patience, up to this, ms: each costs an encoder and a key frame. */
const MOST_PATIENCE = 4000;

/** An area that lasted so long was worth it, ms. */
const WORTH = 3000;

/** Time over which what moves is looked at as one, ms: a film that pauses for less is still that film. */
const MEMORY = 1000;

/** An area is given up for a smaller one if what moved needed less than this part of it. */
const WASTEFUL = 0.5;

export class MovingArea {
  readonly #screen: Rectangle;
  #current: Rectangle | undefined;
  /** What moved lately, as a rectangle of whole cells. */
  #candidate: Rectangle | undefined;
  /** When the candidate last grew or the area began, ms. */
  #since = 0;
  #newest = Number.NEGATIVE_INFINITY;
  #patience = PATIENCE;
  /** What moved within the area since `#lookedAt`. */
  #used: Rectangle | undefined;
  #lookedAt = 0;

  constructor({ width, height }: { width: number; height: number }) {
    this.#screen = { x: 0, y: 0, width, height };
  }

  /**
   * The area to which the video of this change is confined, and was for a while; undefined if it is not. Between two
   * different areas there is always a change without one.
   *
   * @param changed not empty, aligned to cells
   * @param time ms
   */
  follow(changed: readonly Rectangle[], time: number): Rectangle | undefined {
    const box = this.#padded(changed.reduce(boundingBox));
    if (this.#current) {
      if (contains(this.#current, box) && !this.#isWasteful(box, time)) return this.#current;
      this.#leave(time);
    }
    const forgotten = time - this.#newest > MEMORY;
    this.#newest = time;
    const grown = this.#candidate && !forgotten ? boundingBox(this.#candidate, box) : box;
    const candidate = size(grown) > LARGEST * size(this.#screen) ? box : grown;
    if (forgotten || !this.#candidate || !contains(this.#candidate, candidate)) this.#since = time;
    this.#candidate = candidate;
    if (size(candidate) > LARGEST * size(this.#screen) || time - this.#since < this.#patience)
      return undefined;
    this.#current = candidate;
    this.#candidate = undefined;
    this.#since = this.#lookedAt = time;
    return candidate;
  }

  /** The video shows the whole screen again, whatever moves. */
  reset(): void {
    this.#current = this.#candidate = this.#used = undefined;
  }

  #leave(time: number): void {
    const worth = time - this.#since >= WORTH;
    this.#patience = worth ? PATIENCE : Math.min(MOST_PATIENCE, this.#patience * 2);
    this.reset();
  }

  #isWasteful(box: Rectangle, time: number): boolean {
    const used = this.#used ? boundingBox(this.#used, box) : box;
    this.#used = used;
    if (time - this.#lookedAt < WORTH) return false;
    this.#lookedAt = time;
    this.#used = undefined;
    return size(used) < WASTEFUL * size(this.#current!);
  }

  /** At least `SMALLEST`, within the screen. */
  #padded({ x, y, width, height }: Rectangle): Rectangle {
    const right = Math.min(this.#screen.width, Math.max(x + width, x + SMALLEST.width));
    const bottom = Math.min(this.#screen.height, Math.max(y + height, y + SMALLEST.height));
    const left = Math.max(0, Math.min(x, right - SMALLEST.width));
    const top = Math.max(0, Math.min(y, bottom - SMALLEST.height));
    return aligned({ x: left, y: top, width: right - left, height: bottom - top });
  }
}

/** Begins at a cell; its other corner is that of cells or of the screen already. */
function aligned({ x, y, width, height }: Rectangle): Rectangle {
  const left = x - (x % CELL);
  const top = y - (y % CELL);
  return { x: left, y: top, width: x + width - left, height: y + height - top };
}
