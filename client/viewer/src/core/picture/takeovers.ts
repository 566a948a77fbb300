import type { Rectangle } from '@deskside/protocol';
import type { VideoLayer } from '../media/decoder-messages.ts';
import { without } from './rectangle.ts';

/**
 * Takeovers that may wait for their frame, in updates. A shown page takes a few at most; in a hidden one, where no
 * frame is ever shown, the oldest are carried out unseen.
 */
const MAX_WAITING = 64;

interface Takeover {
  frame: number;
  layer: VideoLayer;
  rectangles: Rectangle[];
}

/**
 * Rectangles that video takes over from the exact pixels as soon as the frame that shows them is on the screen. What
 * is drawn meanwhile is newer than that frame and stays.
 */
export class Takeovers {
  #waiting: Takeover[] = [];

  /**
   * This frame will own these rectangles; frames are numbered upwards, over both layers of video.
   *
   * @returns what has to be given up at once for want of room
   */
  expect(frame: number, layer: VideoLayer, rectangles: Rectangle[]): Rectangle[] {
    this.#waiting.push({ frame, layer, rectangles });
    return this.#waiting.length > MAX_WAITING ? this.#waiting.shift()!.rectangles : [];
  }

  /** Exact pixels were drawn there. */
  drawn(rectangle: Rectangle): void {
    for (const takeover of this.#waiting) {
      takeover.rectangles = takeover.rectangles.flatMap((owned) => without(owned, rectangle));
    }
  }

  /**
   * This frame is on the screen, and with it what earlier ones changed: those of an area, or all of them, since a frame
   * of the screen has what an area showed before it. Returns what is now the video's.
   */
  shown(shown: number, layer: VideoLayer): Rectangle[] {
    const isDone = (takeover: Takeover) =>
      takeover.frame <= shown && (layer === 'screen' || takeover.layer === 'area');
    const done = this.#waiting.filter(isDone);
    this.#waiting = this.#waiting.filter((takeover) => !isDone(takeover));
    return done.flatMap(({ rectangles }) => rectangles);
  }
}
