/**
 * Recognises content that moved up or down, as scrolling does it, by one hash for each row of pixels.
 *
 * The screen is cut into strips from top to bottom, at the edges of what was damaged, so that a window's rows are not
 * mixed with what stands beside it. For each strip and row the hash of the pixels that the viewers show exactly is
 * known, or that nothing is known.
 */
import type { Copy, Rectangle } from '@deskside/protocol';
import type { KoffiFunc } from 'koffi';
import { type Address, loadLibrary, once } from './native.ts';

const xxhash = once(() => {
  const library = loadLibrary('libxxhash.so.0', 'libxxhash0');
  return library.func('uint64_t XXH3_64bits(uintptr_t input, size_t length)') as KoffiFunc<
    (input: Address, length: number) => number | bigint
  >;
});

/** Loads libxxhash. @throws MissingLibrary */
export function checkXxhash(): void {
  xxhash();
}

/** Smaller damage is cheaper as a tile than looked through. */
export const SMALLEST = { width: 64, height: 48 };

/** Rows that have to agree on a distance, and their part of all that changed; fewer is chance. */
const FEWEST_VOTES = 6;
const VOTES = 0.2;

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

/** Pixels in native memory and their size. */
interface Screen {
  address: Address;
  width: number;
  height: number;
  stride: number;
}

const UNKNOWN = 0n;

export class ShiftDetector {
  readonly #screen: Screen;
  /** Left edges of the strips, and the screen's right edge. */
  #edges: number[];
  /** One hash a row, strip by strip: what viewers show exactly. */
  #known: BigUint64Array;
  /** The same of the screen as it is now; only the rows just looked at count. */
  #now: BigUint64Array;
  readonly #rowOfHash: RowTable;
  readonly #votes: Int32Array;

  constructor(screen: Screen) {
    this.#screen = screen;
    this.#edges = [0, screen.width];
    this.#known = new BigUint64Array(screen.height);
    this.#now = new BigUint64Array(screen.height);
    this.#rowOfHash = new RowTable(screen.height);
    this.#votes = new Int32Array(2 * screen.height + 1);
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
  learn(isExact: (rectangle: Rectangle) => boolean): void {
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
      distances.push(this.#distance(strip, damage));
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
    const { address, stride } = this.#screen;
    const x = this.#edges[strip]!;
    const hash = xxhash()(address + y * stride + x * 4, (this.#edges[strip + 1]! - x) * 4);
    return hash === 0 ? 1n : BigInt(hash);
  }

  #hashRows(strip: number, { y, height }: Rectangle): void {
    const start = strip * this.#screen.height;
    for (let row = y; row < y + height; row++) this.#now[start + row] = this.#hash(strip, row);
  }

  /** Puts strips' edges where the damage has its own. A cut strip is unknown: its rows were hashed as a whole. */
  #cut({ x, width }: Rectangle): void {
    for (const edge of [x, x + width]) {
      if (this.#edges.includes(edge)) continue;
      if (this.#strips >= MAX_STRIPS) this.#reset();
      const strip = this.#stripAt(edge);
      this.#edges.splice(strip + 1, 0, edge);
      const { height: rows } = this.#screen;
      const known = new BigUint64Array(this.#strips * rows);
      known.set(this.#known.subarray(0, strip * rows));
      known.set(this.#known.subarray((strip + 1) * rows), (strip + 2) * rows);
      this.#known = known;
      this.#now = new BigUint64Array(known.length);
    }
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

  /** How far most of a strip's changed rows moved down, or 0: rows that were there only once vote. */
  #distance(strip: number, { y, height }: Rectangle): number {
    const start = strip * this.#screen.height;
    const rowOfHash = this.#rowOfHash;
    const votes = this.#votes;
    const middle = this.#screen.height;
    rowOfHash.clear();
    for (let row = y; row < y + height; row++) {
      const hash = this.#known[start + row]!;
      if (hash !== UNKNOWN) rowOfHash.add(hash, row);
    }
    let changed = 0;
    let best = 0;
    for (let row = y; row < y + height; row++) {
      const hash = this.#now[start + row]!;
      if (hash === this.#known[start + row]) continue;
      changed++;
      const before = rowOfHash.find(hash);
      if (before < 0) continue;
      votes[middle + row - before]!++;
      if (votes[middle + row - before]! > votes[middle + best]!) best = row - before;
    }
    const most = votes[middle + best]!;
    votes.fill(0);
    return most >= Math.max(FEWEST_VOTES, changed * VOTES) ? best : 0;
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

/** Rows by their hashes; a hash that two rows have finds none. */
class RowTable {
  readonly #mask: number;
  readonly #keys: BigUint64Array;
  readonly #rows: Int32Array;

  constructor(rows: number) {
    const size = 2 ** Math.ceil(Math.log2(rows * 2));
    this.#mask = size - 1;
    this.#keys = new BigUint64Array(size);
    this.#rows = new Int32Array(size);
  }

  clear(): void {
    this.#rows.fill(EMPTY);
  }

  add(hash: bigint, row: number): void {
    const slot = this.#slot(hash);
    this.#rows[slot] = this.#rows[slot] === EMPTY ? row : AMBIGUOUS;
    this.#keys[slot] = hash;
  }

  find(hash: bigint): number {
    return this.#rows[this.#slot(hash)]!;
  }

  #slot(hash: bigint): number {
    scratch[0] = hash;
    let slot = scratchLow[0]! & this.#mask;
    while (this.#rows[slot] !== EMPTY && this.#keys[slot] !== hash) slot = (slot + 1) & this.#mask;
    return slot;
  }
}

const EMPTY = -1;
const AMBIGUOUS = -2;
const scratch = new BigUint64Array(1);
const scratchLow = new Uint32Array(scratch.buffer);
