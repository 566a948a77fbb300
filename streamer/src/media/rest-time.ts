/**
 * How long a cell that was sent as video has to stay as it is until it rests, ms: so many frames of what moved last, so
 * that a film at 60 frames a second is sharpened soon after its end, and one at 24 not between its frames.
 */
export class RestTime {
  #interval = LONGEST_MS / FRAMES;
  #moved = Number.NEGATIVE_INFINITY;

  get ms(): number {
    return Math.max(SHORTEST_MS, FRAMES * this.#interval);
  }

  /** Something was sent as video. @param time ms */
  moved(time: number): void {
    const interval = Math.min(time - this.#moved, LONGEST_MS / FRAMES);
    this.#interval += (interval - this.#interval) * SHARE;
    this.#moved = time;
  }
}

/** Less than it takes to look at a page. */
const LONGEST_MS = 150;

/** A busy machine leaves out two or three frames of a film now and then. */
const SHORTEST_MS = 60;
const FRAMES = 4;

/** Part that the newest interval has in the average. */
const SHARE = 0.1;
