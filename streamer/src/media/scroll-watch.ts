import type { Rectangle } from '@deskside/protocol';
import { distanceOf, hashRow } from './row-hash.ts';
import type { Pixels } from './yuv.ts';

/** Of so many changes that go to the video, two in a row are looked at: twice a second at 60 per second. */
const PERIOD = 30;

/** Part of the rows that have to be the earlier ones, moved: with less, copies are not worth it (policy.ts). */
const MOVED = 0.75;

/**
 * Notices that what goes to the video is merely scrolled. Copies need exact pixels to begin with; where there are none,
 * the caller sends them once, and goes on with copies.
 */
export class ScrollWatch {
  readonly #screen: Pixels;
  #damage: Rectangle | undefined;
  #hashes: BigUint64Array = new BigUint64Array();
  #count = 0;

  constructor(screen: Pixels) {
    this.#screen = screen;
  }

  /** To be asked of each large change for which no copies were found. */
  sees(damage: Rectangle): boolean {
    const phase = this.#count++ % PERIOD;
    if (phase > 1) return false;
    const before = this.#hashes;
    const hashes = this.#hash(damage);
    const same = this.#damage !== undefined && sameRectangle(damage, this.#damage);
    this.#damage = damage;
    this.#hashes = hashes;
    return phase === 1 && same && moved(before, hashes) >= MOVED * damage.height;
  }

  #hash({ x, y, width, height }: Rectangle): BigUint64Array {
    const hashes = new BigUint64Array(height);
    for (let row = 0; row < height; row++) hashes[row] = hashRow(this.#screen, x, y + row, width);
    return hashes;
  }
}

function sameRectangle(a: Rectangle, b: Rectangle): boolean {
  return a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
}

/** Rows that are earlier ones, all moved by the same distance. */
function moved(before: BigUint64Array, after: BigUint64Array): number {
  const distance = distanceOf(before, after, 0, after.length);
  if (distance === 0) return 0;
  let count = 0;
  for (let row = 0; row < after.length; row++) if (after[row] === before[row - distance]) count++;
  return count;
}
