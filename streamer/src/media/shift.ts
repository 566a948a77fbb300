/**
 * Recognises content that moved up or down, as scrolling does it, by one hash for each row of pixels.
 *
 * The screen is cut into strips from top to bottom, at the edges of what was damaged, so that a window's rows are not
 * mixed with what stands beside it. For each strip and row the hash of the pixels that the viewers show exactly is
 * known, or that nothing is known.
 */
import type { Copy, Rectangle } from '@deskside/protocol';
import { distanceOf, FEWEST_VOTES, hashRow, UNKNOWN } from './row-hash.ts';
import type { Pixels } from './yuv.ts';

/** Smaller damage is cheaper as a tile than looked through. */
export const SMALLEST = { width: 64, height: 48 };

/** Part of a strip's rows that may disagree with the distance of the strip beside it. */
const MISFITS = 0.25;

/** Rows of the shortest copy: below, its header and the tiles around it cost more than a tile. */
const SHORTEST_COPY = 16;

/** Rows between two changed ones that are sent along rather than told apart. */
const MAX_GAP = 4;

/** Strips at most; beyond, all but the newest edges are forgotten. */
const MAX_STRIPS = 40;

export interface Shift {
  copies: Copy[];
  /** Changed, and not explained by the copies. */
  rest: Rectangle[];
}

export class ShiftDetector {
  readonly #screen: Pixels;
  /** Left edges of the strips, and the screen's right edge. */
  #edges: number[];
  /** One hash a row, strip by strip: what viewers show exactly. */
  #known: BigUint64Array;
  /** The same of the screen as it is now; only the rows just looked at count. */
  #now: BigUint64Array;

  constructor(screen: Pixels) {
    this.#screen = screen;
    this.#edges = [0, screen.width];
    this.#known = new BigUint64Array(screen.height);
    this.#now = new BigUint64Array(screen.height);
  }

  /** Nothing is known of the rectangle any more: it was sent as a small tile, or belongs to the video. */
  forget({ x, y, width, height }: Rectangle): void {
    const { height: rows } = this.#screen;
    for (let strip = this.#stripAt(x); this.#edges[strip]! < x + width && strip < this.#strips; strip++) {
      this.#known.fill(UNKNOWN, strip * rows + y, strip * rows + y + height);
    }
  }

  /**
   * Learns the rows of which nothing is known, where the viewers have them exactly.
   *
   * @param isExact whether they have all of a rectangle
   */
  learnAll(isExact: (rectangle: Rectangle) => boolean): void {
    const { height: rows } = this.#screen;
    for (let strip = 0; strip < this.#strips; strip++) {
      const x = this.#edges[strip]!;
      const width = this.#edges[strip + 1]! - x;
      for (let y = 0; y < rows; y++) {
        const at = strip * rows + y;
        if (this.#known[at] !== UNKNOWN || !isExact({ x, y, width, height: 1 })) continue;
        this.#known[at] = this.#hash(strip, y);
      }
    }
  }

  /** Learns the rows of a rectangle in which `find` just looked: it was sent exactly. */
  learn(damage: Rectangle): void {
    const end = this.#stripAt(damage.x + damage.width - 1) + 1;
    for (let strip = this.#stripAt(damage.x); strip < end; strip++) {
      this.#hashRows(strip, damage);
      this.#accept(strip, strip + 1, damage);
    }
  }

  /**
   * Looks for content that moved within a damaged rectangle. Its rows then count as known: what of the rest is not sent
   * exactly has to be forgotten.
   */
  find(damage: Rectangle): Shift {
    this.#cut(damage);
    const first = this.#stripAt(damage.x);
    const end = this.#stripAt(damage.x + damage.width - 1) + 1;
    if (!this.#knowsAny(first, end, damage)) {
      return { copies: [], rest: [damage] };
    }
    const distances: number[] = [];
    for (let strip = first; strip < end; strip++) {
      this.#hashRows(strip, damage);
      const start = strip * this.#screen.height + damage.y;
      distances.push(distanceOf(this.#known, this.#now, start, damage.height));
    }
    this.#adoptNeighbours(distances, first, damage);
    const shift: Shift = { copies: [], rest: [] };
    for (let from = 0; from < distances.length; ) {
      let to = from + 1;
      while (to < distances.length && distances[to] === distances[from]) to++;
      this.#match(first + from, first + to, distances[from]!, damage, shift);
      from = to;
    }
    this.#accept(first, end, damage);
    return shift;
  }

  get #strips(): number {
    return this.#edges.length - 1;
  }

  #stripAt(x: number): number {
    let strip = 0;
    while (this.#edges[strip + 1]! <= x) strip++;
    return strip;
  }

  #hash(strip: number, y: number): bigint {
    const x = this.#edges[strip]!;
    return hashRow(this.#screen, x, y, this.#edges[strip + 1]! - x);
  }

  #hashRows(strip: number, { y, height }: Rectangle): void {
    const start = strip * this.#screen.height;
    for (let row = y; row < y + height; row++) this.#now[start + row] = this.#hash(strip, row);
  }

  /** Puts strips' edges where the damage has its own. */
  #cut({ x, width }: Rectangle): void {
    const missing = () => [x, x + width].filter((edge) => !this.#edges.includes(edge));
    if (this.#strips + missing().length > MAX_STRIPS) this.#reset();
    for (const edge of missing()) this.#cutAt(edge);
  }

  /**
   * A strip's rows were hashed as a whole: those that are still what was hashed are hashed in both parts, the others are
   * unknown. Else a window that is drawn anew, as it was, would count as changed all over.
   */
  #cutAt(edge: number): void {
    const strip = this.#stripAt(edge);
    const { height: rows } = this.#screen;
    const start = strip * rows;
    const unchanged: number[] = [];
    for (let row = 0; row < rows; row++) {
      const hash = this.#known[start + row]!;
      if (hash !== UNKNOWN && hash === this.#hash(strip, row)) unchanged.push(row);
    }
    this.#edges.splice(strip + 1, 0, edge);
    const known = new BigUint64Array(this.#strips * rows);
    known.set(this.#known.subarray(0, start));
    known.set(this.#known.subarray(start + rows), start + 2 * rows);
    for (const row of unchanged) {
      known[start + row] = this.#hash(strip, row);
      known[start + rows + row] = this.#hash(strip + 1, row);
    }
    this.#known = known;
    this.#now = new BigUint64Array(known.length);
  }

  #reset(): void {
    this.#edges = [0, this.#screen.width];
    this.#known = new BigUint64Array(this.#screen.height);
  }

  #knowsAny(first: number, end: number, { y, height }: Rectangle): boolean {
    for (let strip = first; strip < end; strip++) {
      const start = strip * this.#screen.height + y;
      let known = 0;
      for (let i = start; i < start + height; i++) if (this.#known[i] !== UNKNOWN) known++;
      if (known >= FEWEST_VOTES) return true;
    }
    return false;
  }

  /** A strip with too little in it to vote goes along with the one beside it, if its rows fit. */
  #adoptNeighbours(distances: number[], first: number, damage: Rectangle): void {
    const adopt = (index: number, neighbour: number) => {
      const distance = distances[neighbour];
      if (distances[index] === 0 && distance && this.#fits(first + index, distance, damage)) {
        distances[index] = distance;
      }
    };
    for (let i = 1; i < distances.length; i++) adopt(i, i - 1);
    for (let i = distances.length - 2; i >= 0; i--) adopt(i, i + 1);
  }

  #fits(strip: number, distance: number, { y, height }: Rectangle): boolean {
    const start = strip * this.#screen.height;
    let misfits = 0;
    const top = Math.max(y, y + distance);
    const bottom = Math.min(y + height, y + height + distance);
    for (let row = top; row < bottom; row++) {
      if (this.#now[start + row] !== this.#known[start + row - distance]) misfits++;
    }
    return misfits < height * MISFITS;
  }

  /** Whether a row of some strips is what stood `distance` rows above it. */
  #came(first: number, end: number, row: number, distance: number, { y, height }: Rectangle): boolean {
    const source = row - distance;
    if (source < y || source >= y + height) return false;
    for (let strip = first; strip < end; strip++) {
      const start = strip * this.#screen.height;
      if (this.#now[start + row] !== this.#known[start + source]) return false;
    }
    return true;
  }

  /** Copies and rest of neighbouring strips that moved by the same distance. */
  #match(first: number, end: number, distance: number, damage: Rectangle, shift: Shift): void {
    const x = this.#edges[first]!;
    const width = this.#edges[end]! - x;
    const bottom = damage.y + damage.height;
    const copies: Copy[] = [];
    let open: Rectangle | undefined;
    for (let row = damage.y; row < bottom; ) {
      let length = 0;
      if (distance !== 0) {
        while (row + length < bottom && this.#came(first, end, row + length, distance, damage)) length++;
      }
      if (length >= SHORTEST_COPY) {
        copies.push({ x, y: row, width, height: length, dx: 0, dy: distance });
        row += length;
        open = undefined;
        continue;
      }
      if (!this.#came(first, end, row, 0, damage)) {
        if (open && row - (open.y + open.height) < MAX_GAP) {
          open.height = row + 1 - open.y;
        } else {
          open = { x, y: row, width, height: 1 };
          shift.rest.push(open);
        }
      }
      row++;
    }
    // A copy must not overwrite what a later one reads: what moves down is copied from the bottom.
    shift.copies.push(...(distance > 0 ? copies.reverse() : copies));
  }

  #accept(first: number, end: number, { y, height }: Rectangle): void {
    for (let strip = first; strip < end; strip++) {
      const start = strip * this.#screen.height + y;
      this.#known.set(this.#now.subarray(start, start + height), start);
    }
  }
}
