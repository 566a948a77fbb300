import type { Rectangle } from '@deskside/protocol';
import { distanceOf, hashRow } from './row-hash.ts';
import type { Pixels } from './yuv.ts';

/** Of so many changes that go to the video, two in a row are looked at: twice a second at 60 per second. */
const PERIOD = 30;
const LOOKS = 2;

/** Each time that copies did not last doubles it, up to this: once in eight seconds. */
const LONGEST_PERIOD = 16 * PERIOD;

/** Copies that went on for so long were worth what they began with, ms: as much as ten frames of video, at once. */
const WORTH = 1000;

/** Part of the rows that have to be the earlier ones, moved: with less, copies are not worth it (policy.ts). */
const MOVED = 0.75;

/**
 * Notices that what goes to the video is merely scrolled. Copies need exact pixels to begin with; where there are none,
 * the caller sends them once, and goes on with copies. A page with a picture that moves, now in sight and now not, is
 * left to the video: changing over and over shows as stutter.
 */
export class ScrollWatch {
  readonly #screen: Pixels;
  #damage: Rectangle | undefined;
  #hashes: BigUint64Array = new BigUint64Array();
  #count = 0;
  #period = PERIOD;
  /** When scrolling was last seen, ms, until it is over. */
  #seenAt: number | undefined;

  constructor(screen: Pixels) {
    this.#screen = screen;
  }

  /** To be asked of each large change for which no copies were found. */
  sees(damage: Rectangle, time: number): boolean {
    if (this.#seenAt !== undefined) this.#end(time - this.#seenAt);
    const phase = this.#count++ % this.#period;
    if (phase >= LOOKS) return false;
    const before = this.#hashes;
    const hashes = this.#hash(damage);
    const same = this.#damage !== undefined && sameRectangle(damage, this.#damage);
    this.#damage = damage;
    this.#hashes = hashes;
    if (phase === 0 || !same || moved(before, hashes) < MOVED * damage.height) return false;
    this.#seenAt = time;
    return true;
  }

  #end(lasted: number): void {
    const worth = lasted >= WORTH;
    this.#period = worth ? PERIOD : Math.min(LONGEST_PERIOD, 2 * this.#period);
    this.#count = worth ? 0 : LOOKS;
    this.#seenAt = undefined;
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
