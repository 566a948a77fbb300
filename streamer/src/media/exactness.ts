import type { Rectangle } from '@deskside/protocol';
import { CELL, CellRegion } from './region.ts';

/** Which cells the viewers show exactly, and when the others last changed. */
export class Exactness {
  readonly columns: number;
  readonly rows: number;
  readonly #width: number;
  readonly #height: number;
  /** 1: the video shows the cell. */
  readonly #lossy: Uint8Array;
  readonly #changedAt: Float64Array;
  #lossyCount: number;

  /** At first everything is the video's. */
  constructor({ width, height }: { width: number; height: number }) {
    this.#width = width;
    this.#height = height;
    this.columns = Math.ceil(width / CELL);
    this.rows = Math.ceil(height / CELL);
    this.#lossyCount = this.columns * this.rows;
    this.#lossy = new Uint8Array(this.#lossyCount).fill(1);
    this.#changedAt = new Float64Array(this.#lossyCount);
  }

  get lossyCount(): number {
    return this.#lossyCount;
  }

  isLossy(cell: number): boolean {
    return this.#lossy[cell] === 1;
  }

  /** When a lossy cell last changed, ms. */
  changedAt(cell: number): number {
    return this.#changedAt[cell]!;
  }

  anyLossy(rectangle: Rectangle): boolean {
    return this.#some(rectangle, (cell) => this.#lossy[cell] === 1);
  }

  /** The lossy cells of a rectangle that is aligned to cells. */
  lossyWithin(rectangle: Rectangle): Rectangle[] {
    const lossy = new CellRegion({ width: this.#width, height: this.#height });
    this.#some(rectangle, (cell) => {
      lossy.cells[cell] = this.#lossy[cell]!;
      return false;
    });
    return lossy.rectangles();
  }

  /** The rectangle was sent in pixels, and every lossy cell that it touches wholly. */
  sentExact(rectangle: Rectangle): void {
    this.#some(rectangle, (cell) => {
      this.#lossyCount -= this.#lossy[cell]!;
      this.#lossy[cell] = 0;
      return false;
    });
  }

  /** All cells that the rectangle touches belong to the video. */
  sentVideo(rectangle: Rectangle, time: number): void {
    this.#some(rectangle, (cell) => {
      this.#lossyCount += 1 - this.#lossy[cell]!;
      this.#lossy[cell] = 1;
      this.#changedAt[cell] = time;
      return false;
    });
  }

  /** The rectangle with all of the cells that it touches. */
  aligned({ x, y, width, height }: Rectangle): Rectangle {
    const left = x - (x % CELL);
    const top = y - (y % CELL);
    const right = Math.min(this.#width, Math.ceil((x + width) / CELL) * CELL);
    const bottom = Math.min(this.#height, Math.ceil((y + height) / CELL) * CELL);
    return { x: left, y: top, width: right - left, height: bottom - top };
  }

  /** Lossy cells that the rectangle covers in part only: those around its edge. */
  lossyEdge(rectangle: Rectangle): Rectangle[] {
    const outer = this.aligned(rectangle);
    const { x, y, width, height } = rectangle;
    const edges: Rectangle[] = [];
    if (outer.y < y) edges.push({ ...outer, height: Math.min(CELL, outer.height) });
    if (outer.y + outer.height > y + height) edges.push(this.#lastRow(outer));
    if (outer.x < x) edges.push({ ...outer, width: Math.min(CELL, outer.width) });
    if (outer.x + outer.width > x + width) edges.push(this.#lastColumn(outer));
    return edges.filter((edge) => this.anyLossy(edge));
  }

  #lastRow({ x, y, width, height }: Rectangle): Rectangle {
    const top = (Math.ceil((y + height) / CELL) - 1) * CELL;
    return { x, y: top, width, height: y + height - top };
  }

  #lastColumn({ x, y, width, height }: Rectangle): Rectangle {
    const left = (Math.ceil((x + width) / CELL) - 1) * CELL;
    return { x: left, y, width: x + width - left, height };
  }

  #some({ x, y, width, height }: Rectangle, test: (cell: number) => boolean): boolean {
    const right = Math.ceil((x + width) / CELL);
    for (let row = Math.floor(y / CELL); row * CELL < y + height; row++) {
      for (let column = Math.floor(x / CELL); column < right; column++) {
        if (test(row * this.columns + column)) return true;
      }
    }
    return false;
  }
}
