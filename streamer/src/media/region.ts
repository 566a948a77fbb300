import type { Rectangle } from '@deskside/protocol';
import { MAX_RECTANGLES } from '@deskside/protocol';

/** Side of a cell, device pixels: a macroblock of H.264, the grain at which the picture's two layers are told apart. */
export const CELL = 16;

/**
 * A set of cells of the screen: bounded however often and wherever rectangles are added. Rectangles go out aligned to
 * cells, cut at the edges of the screen.
 */
export class CellRegion {
  readonly columns: number;
  readonly rows: number;
  /** One byte a cell, row by row: 1 if it belongs to the region. */
  readonly cells: Uint8Array;
  readonly #width: number;
  readonly #height: number;
  #empty = true;

  constructor({ width, height }: { width: number; height: number }) {
    this.#width = width;
    this.#height = height;
    this.columns = Math.ceil(width / CELL);
    this.rows = Math.ceil(height / CELL);
    this.cells = new Uint8Array(this.columns * this.rows);
  }

  get empty(): boolean {
    return this.#empty;
  }

  add({ x, y, width, height }: Rectangle): void {
    if (width <= 0 || height <= 0) return;
    const left = Math.max(0, Math.floor(x / CELL));
    const right = Math.min(this.columns, Math.ceil((x + width) / CELL));
    const bottom = Math.min(this.rows, Math.ceil((y + height) / CELL));
    if (left >= right) return;
    for (let row = Math.max(0, Math.floor(y / CELL)); row < bottom; row++) {
      this.cells.fill(1, row * this.columns + left, row * this.columns + right);
      this.#empty = false;
    }
  }

  addAll(): void {
    this.cells.fill(1);
    this.#empty = false;
  }

  clear(): void {
    if (this.#empty) return;
    this.cells.fill(0);
    this.#empty = true;
  }

  /**
   * Rectangles that cover the region without overlapping, from the top: equal runs of cells in neighbouring rows make
   * one. A region too ragged for `MAX_RECTANGLES` of them is covered more coarsely, by one for each row of cells.
   */
  rectangles(): Rectangle[] {
    if (this.#empty) return [];
    const found: Rectangle[] = [];
    let open: Rectangle[] = [];
    for (let row = 0; row < this.rows; row++) {
      const runs = this.#runs(row);
      let above = 0;
      for (let i = 0; i < runs.length; i++) {
        const run = runs[i]!;
        while (above < open.length && open[above]!.x < run.x) above++;
        const upper = open[above];
        if (upper?.x === run.x && upper.width === run.width) {
          upper.height += run.height;
          runs[i] = upper;
        } else {
          found.push(run);
        }
      }
      if (found.length > MAX_RECTANGLES) return this.#spans();
      open = runs;
    }
    return found;
  }

  #runs(row: number): Rectangle[] {
    const { cells, columns } = this;
    const start = row * columns;
    const end = start + columns;
    const runs: Rectangle[] = [];
    // Not indexOf, which looks for what a row lacks in all rows below.
    for (let left = start; left < end; left++) {
      if (cells[left] === 0) continue;
      let right = left + 1;
      while (right < end && cells[right] === 1) right++;
      runs.push(this.#rectangle(row, left - start, right - start));
      left = right;
    }
    return runs;
  }

  #spans(): Rectangle[] {
    const { cells, columns } = this;
    const spans: Rectangle[] = [];
    for (let row = 0; row < this.rows; row++) {
      const line = cells.subarray(row * columns, (row + 1) * columns);
      const left = line.indexOf(1);
      if (left >= 0) spans.push(this.#rectangle(row, left, line.lastIndexOf(1) + 1));
    }
    return spans;
  }

  #rectangle(row: number, left: number, right: number): Rectangle {
    const x = left * CELL;
    const y = row * CELL;
    return {
      x,
      y,
      width: Math.min(right * CELL, this.#width) - x,
      height: Math.min(y + CELL, this.#height) - y,
    };
  }
}
