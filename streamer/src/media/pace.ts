/** When the next frame may be read, so that no more than so many come in a second. All times in ms. */
export class Pace {
  #dueAt = Number.NEGATIVE_INFINITY;

  get dueAt(): number {
    return this.#dueAt;
  }

  /**
   * A frame was read.
   *
   * @param fps frames per second at most, from now on
   */
  sent(time: number, fps: number): void {
    const interval = 1000 / fps;
    // What was read late, as the frame before it took long, does not hold up what is drawn after it.
    this.#dueAt = Math.max(this.#dueAt, time - CREDIT * interval) + SPACING * interval;
  }
}

/** Part of the interval that passes between frames on average: a source a little faster than `fps` is not halved. */
const SPACING = 0.9;

/** Part of the interval by which a frame may follow a late one sooner. */
const CREDIT = 0.5;
