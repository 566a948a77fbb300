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
  #waiting: { frame: number; rectangles: Rectangle[] }[] = [];

  /**
   * This frame will own these rectangles; frames are numbered upwards.
   *
   * @returns what has to be given up at once for want of room
   */
  expect(frame: number, rectangles: Rectangle[]): Rectangle[] {
    this.#waiting.push({ frame, rectangles });
    return this.#waiting.length > MAX_WAITING ? this.#waiting.shift()!.rectangles : [];
  }

  /** Exact pixels were drawn there. */
  drawn(rectangle: Rectangle): void {
    for (const takeover of this.#waiting) {
      takeover.rectangles = takeover.rectangles.flatMap((owned) => without(owned, rectangle));
    }
  }

  /** This frame, and with it what earlier ones changed, is on the screen. Returns what is now the video's. */
  shown(shown: number): Rectangle[] {
    const done = this.#waiting.filter(({ frame }) => frame <= shown);
    this.#waiting = this.#waiting.filter(({ frame }) => frame > shown);
    return done.flatMap(({ rectangles }) => rectangles);
  }
}
