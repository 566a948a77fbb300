/**
 * Which lossy cells are to be sent exactly next: what has come to rest, the newest first, since that is what a person
 * looks at. Pure bookkeeping; the caller encodes and sends.
 */
import type { Rectangle } from '@deskside/protocol';
import type { Exactness } from './exactness.ts';
import { CELL } from './region.ts';

/** Cells, at most. */
export interface Extent {
  columns: number;
  rows: number;
}

/**
 * Of one tile: half a millisecond of encoding, after which something newer may go first. Where that takes too many bytes,
 * the next: 100 KB for photographs with grain, 25, and 6, which do not fill the queue before a narrow way.
 */
export const EXTENTS: readonly Extent[] = [
  { columns: 32, rows: 4 },
  { columns: 32, rows: 1 },
  { columns: 8, rows: 1 },
];

/** So many times as large as the next one is each of them. */
export const EXTENT_STEP = 4;

/** Time for which the link may be given away to refinement at once, ms. */
const BURST_MS = 50;

/**
 * Refinement may take this many times the video's bits: of a film over the whole screen 2 MB are left to send, which are
 * to be there in a tenth of a second. The gateway lets it go on only while little is under way.
 */
const SHARE = 16;

/**
 * The largest rectangle of resting lossy cells around the one that changed last; undefined if none rests.
 *
 * @param before what changed later than this does not rest, ms
 */
export function nextToRefine(
  exactness: Exactness,
  before: number,
  extent = EXTENTS[0]!,
): Rectangle | undefined {
  if (exactness.lossyCount === 0) return undefined;
  const cells = exactness.columns * exactness.rows;
  let newest = -1;
  for (let cell = 0; cell < cells; cell++) {
    if (!rests(exactness, cell, before)) continue;
    if (newest < 0 || exactness.changedAt(cell) > exactness.changedAt(newest)) newest = cell;
  }
  return newest < 0 ? undefined : grow(exactness, newest, before, extent);
}

/** When the lossy cell changed that did so longest ago, ms; infinite if there is none. */
export function oldestLossy(exactness: Exactness): number {
  if (exactness.lossyCount === 0) return Number.POSITIVE_INFINITY;
  const cells = exactness.columns * exactness.rows;
  let oldest = Number.POSITIVE_INFINITY;
  for (let cell = 0; cell < cells; cell++) {
    if (exactness.isLossy(cell)) oldest = Math.min(oldest, exactness.changedAt(cell));
  }
  return oldest;
}

function rests(exactness: Exactness, cell: number, before: number): boolean {
  return exactness.isLossy(cell) && exactness.changedAt(cell) <= before;
}

/** From its upper left cell to the right, then down. */
function grow(exactness: Exactness, cell: number, before: number, most: Extent): Rectangle {
  const { columns, rows } = exactness;
  const column = cell % columns;
  const row = Math.floor(cell / columns);
  let width = 1;
  while (width < most.columns && column + width < columns && rests(exactness, cell + width, before)) width++;
  let height = 1;
  while (
    height < most.rows &&
    row + height < rows &&
    rowRests(exactness, cell + height * columns, width, before)
  ) {
    height++;
  }
  return exactness.aligned({ x: column * CELL, y: row * CELL, width: width * CELL, height: height * CELL });
}

function rowRests(exactness: Exactness, start: number, width: number, before: number): boolean {
  for (let cell = start; cell < start + width; cell++) if (!rests(exactness, cell, before)) return false;
  return true;
}

/** Bytes that refinement may send now: a bucket that fills with time, so that it never floods the link. */
export class RefinementBudget {
  #bytes = 0;
  #time = 0;
  #perMs = 0;

  /** @param bitrate of the stream, kbit/s */
  constructor(bitrate: number) {
    this.setBitrate(bitrate);
  }

  setBitrate(bitrate: number): void {
    this.#perMs = (bitrate / 8) * SHARE;
  }

  spend(bytes: number, now: number): void {
    this.#fill(now);
    this.#bytes -= bytes;
  }

  /** When there is something to spend again, ms. */
  get availableAt(): number {
    return this.#bytes > 0 ? this.#time : this.#time - this.#bytes / this.#perMs;
  }

  /** Bytes that may go at once. */
  get burst(): number {
    return this.#perMs * (BURST_MS / SHARE);
  }

  #fill(now: number): void {
    this.#bytes = Math.min(this.burst, this.#bytes + (now - this.#time) * this.#perMs);
    this.#time = now;
  }
}
