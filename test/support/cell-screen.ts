import type { Rectangle, XClient } from './x-client.ts';

export const SIZE = { width: 640, height: 400 };

/** Side of a cell, device pixels: half a macroblock, so that tiles cut through what video shows. */
const CELL = 8;
export const COLUMNS = SIZE.width / CELL;
export const ROWS = SIZE.height / CELL;

/** Levels of grey, far enough apart to be told through any video. */
export const LEVELS = [0, 64, 128, 191, 255];

interface Entry {
  level: number;
  /** When it was certainly on the screen, ms since the Unix epoch. */
  since: number;
}

/** A screen of grey cells on which things are drawn as programs do, and which knows what was where, and when. */
export class CellScreen {
  readonly #x: XClient;
  readonly #window: number;
  readonly #history: Entry[][] = Array.from({ length: COLUMNS * ROWS }, () => [{ level: 0, since: 0 }]);
  #seed: number;
  /** What goes on: a film, a scroll, typing. */
  #act: (() => number[]) | undefined;
  #left = 0;

  constructor(x: XClient, seed: number) {
    this.#x = x;
    this.#seed = seed;
    this.#window = x.coverScreen(0);
  }

  /** Draws the next picture of what goes on, and sometimes begins something else. */
  async drawNext(): Promise<void> {
    if (this.#left-- <= 0) this.#begin();
    const before = new Map<number, number>();
    for (const cell of this.#act!()) before.set(cell, this.#levelOf(cell));
    await this.#x.sync();
    const since = performance.timeOrigin + performance.now();
    for (const cell of before.keys()) this.#history[cell]!.at(-1)!.since = since;
  }

  /** Whether the cell showed this level at the time, or at any later one. */
  wasVisible(cell: number, level: number, time: number): boolean {
    const entries = this.#history[cell]!;
    for (let i = entries.length - 1; i >= 0; i--) {
      if (entries[i]!.level === level) return true;
      if (entries[i]!.since < time) return false;
    }
    return false;
  }

  #begin(): void {
    const acts = [
      () => this.#film(),
      () => this.#scroll(),
      () => this.#type(),
      () => this.#fill(),
      () => this.#pause(),
    ];
    this.#act = acts[this.#random(acts.length)]!();
    this.#left = 1 + this.#random(40);
  }

  /** Some cells of an area change with every picture. */
  #film(): () => number[] {
    const area = this.#area();
    return () => this.#change(this.#cellsOf(area).filter(() => this.#random(5) === 0));
  }

  /** The content of an area moves, and something new comes in. */
  #scroll(): () => number[] {
    const area = this.#area();
    const by = (this.#random(2) === 0 ? -1 : 1) * (1 + this.#random(2));
    return () => this.#move(area, by);
  }

  #type(): () => number[] {
    let cell = this.#random(COLUMNS * ROWS);
    return () => this.#change([cell++ % (COLUMNS * ROWS)]);
  }

  /** Something opens, at once. */
  #fill(): () => number[] {
    const area = this.#area();
    this.#left = 1;
    return () => this.#paint(this.#cellsOf(area), this.#random(LEVELS.length));
  }

  /** What moved comes to rest. */
  #pause(): () => number[] {
    return () => [];
  }

  #change(cells: number[]): number[] {
    const byLevel = Map.groupBy(cells, () => this.#random(LEVELS.length));
    for (const [level, some] of byLevel) this.#paint(some, level);
    return cells;
  }

  #paint(cells: number[], level: number): number[] {
    if (cells.length === 0) return cells;
    this.#x.fill(this.#window, LEVELS[level]! * 0x010101, ...cells.map(rectangleOf));
    for (const cell of cells) this.#set(cell, level);
    return cells;
  }

  #move(area: Rectangle, by: number): number[] {
    const kept = area.height - Math.abs(by);
    if (kept <= 0) return this.#change(this.#cellsOf(area));
    const from = by > 0 ? area.y : area.y - by;
    const { x, width } = area;
    const levels = this.#cellsOf({ x, y: from, width, height: kept }).map((cell) => this.#levelOf(cell));
    const moved = this.#cellsOf({ x, y: from + by, width, height: kept });
    const [source, target] = [from, from + by].map((y) => scaled({ x, y, width, height: kept }));
    this.#x.copy(this.#window, source!, this.#window, target!);
    for (const [i, cell] of moved.entries()) this.#set(cell, levels[i]!);
    const strip = { x, y: by > 0 ? area.y : area.y + kept, width, height: Math.abs(by) };
    return [...moved, ...this.#change(this.#cellsOf(strip))];
  }

  #set(cell: number, level: number): void {
    this.#history[cell]!.push({ level, since: Number.POSITIVE_INFINITY });
  }

  #levelOf(cell: number): number {
    return this.#history[cell]!.at(-1)!.level;
  }

  #area(): Rectangle {
    const width = 4 + this.#random(COLUMNS - 4);
    const height = 4 + this.#random(ROWS - 4);
    return { x: this.#random(COLUMNS - width + 1), y: this.#random(ROWS - height + 1), width, height };
  }

  #cellsOf({ x, y, width, height }: Rectangle): number[] {
    return Array.from(
      { length: width * height },
      (_, i) => (y + Math.floor(i / width)) * COLUMNS + x + (i % width),
    );
  }

  /** The generator of Park and Miller. */
  #random(below: number): number {
    this.#seed = (this.#seed * 48271) % 0x7fffffff;
    return this.#seed % below;
  }
}

function rectangleOf(cell: number): Rectangle {
  return {
    x: (cell % COLUMNS) * CELL,
    y: Math.floor(cell / COLUMNS) * CELL,
    width: CELL,
    height: CELL,
  };
}

function scaled({ x, y, width, height }: Rectangle): Rectangle {
  return { x: x * CELL, y: y * CELL, width: width * CELL, height: height * CELL };
}
