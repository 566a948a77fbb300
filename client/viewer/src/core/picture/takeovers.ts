import type { Rectangle } from '@deskside/protocol';
import { without } from './rectangle.ts';

/**
 * Takeovers that may wait for their frame, in updates. A shown page takes a few at most; in a hidden one, where no
 * frame is ever shown, the oldest are carried out unseen.
 */
const MAX_WAITING = 64;

/**
 * Rectangles that video takes over from the exact pixels as soon as the frame that shows them is on the screen. What
 * is drawn meanwhile is newer than that frame and stays.
 */
export class Takeovers {
  #waiting: { id: number; rectangles: Rectangle[] }[] = [];

  /** The frame of update `id` will own these rectangles. Returns what has to be given up at once for want of room. */
  expect(id: number, rectangles: Rectangle[]): Rectangle[] {
    this.#waiting.push({ id, rectangles });
    return this.#waiting.length > MAX_WAITING ? this.#waiting.shift()!.rectangles : [];
  }

  /** Exact pixels were drawn there. */
  drawn(rectangle: Rectangle): void {
    for (const takeover of this.#waiting) {
      takeover.rectangles = takeover.rectangles.flatMap((owned) => without(owned, rectangle));
    }
  }

  /** The frame of update `id`, or a later one that includes it, is on the screen. Returns what is now the video's. */
  shown(id: number): Rectangle[] {
    // Ids wrap (RFC 1982): what is less than half the range behind came earlier.
    const done = this.#waiting.filter((takeover) => ((takeover.id - id) | 0) <= 0);
    if (done.length > 0) this.#waiting = this.#waiting.filter((takeover) => !done.includes(takeover));
    return done.flatMap(({ rectangles }) => rectangles);
  }

  clear(): void {
    this.#waiting = [];
  }
}
