/**
 * Which layer shows a changed rectangle: exact tiles while it is small, cheap and slow, the video when it is not. Pure
 * bookkeeping, without I/O or clock; the figures were found by measuring (typing, scrolling, film, and a film beside
 * typing, 1080p at 59 per second).
 */
import type { Rectangle } from '@deskside/protocol';
import type { Content } from './content.ts';
import { size } from './rectangle.ts';

/** Part of the screen from which on a rectangle goes to the video without a trial: encoding it as a tile takes 1 ms. */
const LARGE = 0.08;

/** The same for photographs, which take ten times the bytes of text: an icon is a tile, a picture is not. */
const LARGE_PHOTOGRAPH = 0.01;

/** Part of the screen from which on everything that changed at once is one large change. */
const LARGE_IN_SUM = 0.25;

/** Side of the blocks for which heat is kept, pixels: as large as a line of text with its surroundings. */
const BLOCK = 64;

/** Bytes of tiles that a block may have lately cost. Typing stays below a tenth of it, a film passes it at once. */
const HOT = 16 * 1024;

/** More does not count: what stops moving has cooled down after 200 ms. */
const HOTTEST = 2 * HOT;

/** What a pixel costs as a tile, bytes before deflating: a screen full of text is 600 KB, a photograph ten times that. */
const BYTES: Record<Content, number> = { flat: 0.05, text: 0.3, photograph: 2.5 };

/** Time in which heat falls to 1/e, ms: a film that pauses for two or three frames is still a film. */
const COOLING = 300;

/** Tiles of one update, bytes before deflating, at most: 1 ms of encoding, a third of it on the wire. */
const MOST_BYTES = 32 * 1024;

/** What they may have however slow the way is: a strip of scrolled text, which as video would be larger. */
const LEAST_BYTES = 12 * 1024;

/** Time that the tiles of one update may take on the wire, ms. */
const MOST_MS = 30;

/** What deflating makes of text and flat areas, which are most of what becomes tiles, is a third. */
export const DEFLATED = 1 / 3;

/** Bytes of tiles that one update may have at this bit rate, before deflating. */
export function tileBudget(kilobits: number): number {
  return Math.max(LEAST_BYTES, Math.min(MOST_BYTES, ((kilobits / 8) * MOST_MS) / DEFLATED));
}

export class LayerPolicy {
  readonly #area: number;
  readonly #columns: number;
  readonly #heat: Float64Array;
  readonly #heatTime: Float64Array;

  constructor({ width, height }: { width: number; height: number }) {
    this.#area = width * height;
    this.#columns = Math.ceil(width / BLOCK);
    const blocks = this.#columns * Math.ceil(height / BLOCK);
    this.#heat = new Float64Array(blocks);
    this.#heatTime = new Float64Array(blocks);
  }

  /** Whether so much changed at once that no trial is worth it. */
  isLarge(area: number): boolean {
    return area > LARGE_IN_SUM * this.#area;
  }

  /** Whether a rectangle is too large for a trial as a tile. */
  isTooLargeForTile(rectangle: Rectangle): boolean {
    return size(rectangle) > LARGE * this.#area;
  }

  /** Whether the rectangle is worth a trial as a tile at this time, ms. */
  prefersTile(rectangle: Rectangle, time: number, content: Content): boolean {
    const largest = content === 'photograph' ? LARGE_PHOTOGRAPH : LARGE;
    if (size(rectangle) > largest * this.#area) return false;
    let hottest = 0;
    this.#forBlocks(rectangle, (block) => {
      hottest = Math.max(hottest, this.#heatAt(block, time));
    });
    return hottest <= HOT;
  }

  /** The rectangle was sent as a tile of so many bytes before deflating. */
  sentTile(rectangle: Rectangle, bytes: number, time: number): void {
    this.#warm(rectangle, bytes, time);
  }

  /** The rectangle went to the video without a trial: what a tile of this content would have cost counts. */
  sentVideo(rectangle: Rectangle, time: number, content: Content): void {
    this.#warm(rectangle, size(rectangle) * BYTES[content], time);
  }

  /** A tile of the rectangle was given up: it stays in the video until it has been quiet for a while. */
  gaveUp(rectangle: Rectangle, time: number): void {
    this.#forBlocks(rectangle, (block) => this.#setHeat(block, HOTTEST, time));
  }

  /** The rectangle was sent exactly although it was hot: what changes in it now has another reason. */
  cool(rectangle: Rectangle): void {
    this.#forBlocks(rectangle, (block) => this.#setHeat(block, 0, 0));
  }

  /** Bytes that the rectangle cost, shared out over its blocks. */
  #warm(rectangle: Rectangle, bytes: number, time: number): void {
    let blocks = 0;
    this.#forBlocks(rectangle, () => blocks++);
    this.#forBlocks(rectangle, (block) => {
      const heat = this.#heatAt(block, time) + bytes / blocks;
      this.#setHeat(block, Math.min(HOTTEST, heat), time);
    });
  }

  #heatAt(block: number, time: number): number {
    return this.#heat[block]! * Math.exp((this.#heatTime[block]! - time) / COOLING);
  }

  #setHeat(block: number, heat: number, time: number): void {
    this.#heat[block] = heat;
    this.#heatTime[block] = time;
  }

  #forBlocks({ x, y, width, height }: Rectangle, visit: (block: number) => void): void {
    for (let row = Math.floor(y / BLOCK); row * BLOCK < y + height; row++) {
      for (let column = Math.floor(x / BLOCK); column * BLOCK < x + width; column++) {
        visit(row * this.#columns + column);
      }
    }
  }
}
