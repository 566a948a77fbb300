import type { Rectangle } from '@deskside/protocol';
import { CellRegion } from './region.ts';

/** What changed on the screen since it was last sent: exact while it is one reading's, in cells when more add up. */
export class Damage {
  readonly #cells: CellRegion;
  #exact: readonly Rectangle[] | undefined;

  constructor(screen: { width: number; height: number }) {
    this.#cells = new CellRegion(screen);
  }

  get empty(): boolean {
    return this.#cells.empty;
  }

  /** @param rectangles of one reading: they do not overlap */
  add(rectangles: readonly Rectangle[]): void {
    this.#exact = this.#cells.empty ? rectangles : undefined;
    for (const rectangle of rectangles) this.#cells.add(rectangle);
  }

  /** Rectangles that do not overlap; nothing is left. */
  take(): readonly Rectangle[] {
    const rectangles = this.#exact ?? this.#cells.rectangles();
    this.clear();
    return rectangles;
  }

  /** Rectangles aligned to cells that do not overlap; nothing is left. */
  takeCells(): Rectangle[] {
    const rectangles = this.#cells.rectangles();
    this.clear();
    return rectangles;
  }

  clear(): void {
    this.#cells.clear();
    this.#exact = undefined;
  }
}
