/** Rows of pixels told apart by hashes, and how far most of them moved. */
import type { KoffiFunc } from 'koffi';
import { type Address, loadLibrary, once } from '../native.ts';
import type { Pixels } from './yuv.ts';

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

/** No row has this hash. */
export const UNKNOWN = 0n;

/** 64 bits of XXH3: of a thousand rows at 60 per second, two that differ are taken for one in ten million years. */
export function hashRow({ address, stride }: Pixels, x: number, y: number, width: number): bigint {
  const hash = xxhash()(address + y * stride + x * 4, width * 4);
  return hash === 0 ? 1n : BigInt(hash);
}

/** Rows that have to agree on a distance, and their part of all that changed; fewer is chance. */
export const FEWEST_VOTES = 6;
const VOTES = 0.2;

/**
 * How far most of the changed rows moved down, or 0. Rows that were there only once vote.
 *
 * @param start index of the first of `count` rows in both lists of hashes
 */
export function distanceOf(
  before: BigUint64Array,
  after: BigUint64Array,
  start: number,
  count: number,
): number {
  const table = new RowTable(count);
  for (let row = 0; row < count; row++) {
    const hash = before[start + row]!;
    if (hash !== UNKNOWN) table.add(hash, row);
  }
  const votes = new Int32Array(2 * count);
  let changed = 0;
  let best = 0;
  for (let row = 0; row < count; row++) {
    const hash = after[start + row]!;
    if (hash === before[start + row]) continue;
    changed++;
    const origin = table.find(hash);
    if (origin < 0) continue;
    votes[count + row - origin]!++;
    if (votes[count + row - origin]! > votes[count + best]!) best = row - origin;
  }
  return votes[count + best]! >= Math.max(FEWEST_VOTES, changed * VOTES) ? best : 0;
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
    this.#rows = new Int32Array(size).fill(EMPTY);
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
