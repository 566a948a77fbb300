/** Over so long, ms: steady enough to read, quick enough to believe. */
const WINDOW = 3000;

/** How fast something moves, from how far it was when. */
export class Speed {
  readonly #points: { time: number; bytes: number }[] = [];

  /** @param time ms as `performance.now()` @param bytes so far */
  add(time: number, bytes: number): void {
    const last = this.#points.at(-1);
    // It went back, after a connection was lost: what was counted is sent again.
    if (last && bytes < last.bytes) this.#points.length = 0;
    this.#points.push({ time, bytes });
    while (this.#points.length > 2 && time - this.#points[1]!.time > WINDOW) this.#points.shift();
  }

  /** @returns bytes/s */
  at(time: number): number {
    const [first] = this.#points;
    const last = this.#points.at(-1);
    if (!first || !last || first === last) return 0;
    return (1000 * (last.bytes - first.bytes)) / Math.max(time - first.time, 1);
  }
}
