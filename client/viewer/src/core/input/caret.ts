import type { Rectangle } from '@deskside/protocol';
import type { Point } from './remote-pointer.ts';

/** What is drawn so soon after a key may be what it typed, ms: the way there and back, and a slow program. */
const ANSWER_WITHIN = 400;

/** A line of text is no higher, and what a key or an input method writes no wider, device pixels. */
const LARGEST = { width: 600, height: 96 };

/** Text goes on in the same line or one of the next two, and not far to the right; elsewhere a clock ticks. */
const LINES = 3;
const FURTHEST = 200;

/**
 * Guesses where the text caret of the desktop is, which no protocol tells: first where the person clicked, then where
 * something small is drawn when they type. Device pixels of the desktop.
 */
export class Caret {
  #at: Point | undefined;
  #typedAt = Number.NEGATIVE_INFINITY;

  clicked(at: Point): void {
    this.#at = at;
    this.#typedAt = Number.NEGATIVE_INFINITY;
  }

  typed(time: number): void {
    this.#typedAt = time;
  }

  /** @returns the top of the caret if it has probably moved, at the right of what was drawn */
  drawn(rectangles: readonly Rectangle[], time: number): Point | undefined {
    const at = this.#at;
    if (!at || time - this.#typedAt > ANSWER_WITHIN) return undefined;
    const written = rectangles.filter(
      ({ x, y, width, height }) =>
        x + width <= at.x + FURTHEST &&
        width <= LARGEST.width &&
        height <= LARGEST.height &&
        y + height >= at.y - height &&
        y <= at.y + LINES * height,
    );
    if (written.length === 0) return undefined;
    const right = written.reduce((furthest, each) =>
      each.x + each.width > furthest.x + furthest.width ? each : furthest,
    );
    this.#at = { x: right.x + right.width, y: right.y };
    return this.#at;
  }
}
