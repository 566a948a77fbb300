import type { Copy, Rectangle, Tile } from '@deskside/protocol';
import { type Content, contentOf } from './content.ts';
import { Exactness } from './exactness.ts';
import type { Framebuffer } from './framebuffer.ts';
import { DEFLATED, LayerPolicy, tileBudget } from './policy.ts';
import { boundingBox, size } from './rectangle.ts';
import { EXTENT_STEP, EXTENTS, nextToRefine, oldestLossy } from './refinement.ts';
import { CellRegion } from './region.ts';
import { RestTime } from './rest-time.ts';
import { ScrollWatch } from './scroll-watch.ts';
import { ShiftDetector, SMALLEST } from './shift.ts';
import { TileEncoder } from './tiles/tile-encoder.ts';

/** How a change of the screen is to be told. */
export interface Plan {
  copies: Copy[];
  tiles: Tile[];
  /** What the video is to show, aligned to cells. */
  video: Rectangle[];
}

/**
 * The two layers of one stream: which cells its viewers show exactly, and for each change what goes out in pixels, what
 * as copies of pixels that are there, and what in the video.
 *
 * A lossy cell that is touched by pixels is sent as a whole: so no viewer ever shows half a cell from before the video
 * took it over.
 */
export class Layers {
  readonly #screen: Framebuffer;
  readonly #exactness: Exactness;
  /** Of the tiles that sharpened something lately: its place in `EXTENTS`. */
  #extent = 0;
  readonly #policy: LayerPolicy;
  readonly #shifts: ShiftDetector;
  readonly #scrolls: ScrollWatch;
  readonly #encoder = new TileEncoder();
  readonly #restTime = new RestTime();
  /** What is to become video, while that is being planned. */
  readonly #video: CellRegion;
  /** Since when there may be rows to learn; undefined if there are none. */
  #forgotAt: number | undefined;
  #changedAt = Number.NEGATIVE_INFINITY;

  /** At first the video shows everything. */
  constructor(screen: Framebuffer) {
    this.#screen = screen;
    this.#exactness = new Exactness(screen);
    this.#policy = new LayerPolicy(screen);
    this.#shifts = new ShiftDetector(screen);
    this.#scrolls = new ScrollWatch(screen);
    this.#video = new CellRegion(screen);
  }

  /** The video shows these rectangles from now on, ms. */
  giveToVideo(rectangles: readonly Rectangle[], time: number): void {
    if (rectangles.length > 0) this.#restTime.moved(time);
    for (const rectangle of rectangles) {
      this.#exactness.sentVideo(rectangle, time);
      this.#forget(rectangle, time);
    }
  }

  /**
   * Tiles of the whole screen, counted as sent; undefined if they would take more bytes than that.
   *
   * @param time ms
   */
  tileAll(time: number, most: number): Tile[] | undefined {
    const { width, height } = this.#screen;
    const tiles: Tile[] = [];
    let left = most;
    for (let y = 0; y < height; y += BAND) {
      const band = { x: 0, y, width, height: Math.min(BAND, height - y) };
      const tile = this.#encode(band, left / DEFLATED);
      if (!tile || tile.data.length > left) return undefined;
      left -= tile.data.length;
      tiles.push(tile);
    }
    for (const tile of tiles) {
      this.#exactness.sentExact(tile);
      this.#forget(tile, time);
    }
    return tiles;
  }

  /** What of a rectangle, which is aligned to cells, the video shows. */
  ownedWithin(rectangle: Rectangle): Rectangle[] {
    return this.#exactness.lossyWithin(rectangle);
  }

  /**
   * Decides about what changed, and counts it as sent.
   *
   * @param damage changed rectangles, which do not overlap
   * @param bitrate kbit/s that the stream may have
   */
  plan(damage: readonly Rectangle[], time: number, bitrate: number): Plan {
    const plan: Plan = { copies: [], tiles: [], video: [] };
    const rest: Rectangle[] = [];
    const budget = tileBudget(bitrate);
    for (const rectangle of damage) {
      if (!mayHaveMoved(rectangle)) this.#change(rectangle, rest, time);
      else if (!this.#shift(rectangle, plan, rest, time)) this.#lookAt(rectangle, plan, rest, time, budget);
    }
    this.#video.clear();
    this.#divide(merge(rest), plan.tiles, time, budget);
    for (const exact of [...plan.copies, ...plan.tiles]) this.#exactness.sentExact(exact);
    plan.video = this.#video.rectangles();
    this.giveToVideo(plan.video, time);
    return plan;
  }

  /**
   * A tile that makes exact what has come to rest, counted as sent; everything else that changed has to be sent by then.
   *
   * @param most bytes that it is to have, unless it would be very small
   */
  refine(time: number, most: number): Tile | undefined {
    for (let index = this.#extent; index < EXTENTS.length; index++) {
      const rectangle = nextToRefine(this.#exactness, time - this.#restTime.ms, EXTENTS[index]);
      if (!rectangle) break;
      const isSmallest = index === EXTENTS.length - 1;
      const tile = this.#encode(rectangle, isSmallest ? Number.POSITIVE_INFINITY : most);
      if (!tile) continue;
      // What lies beside it is like it: to find anew what fits would cost as much as the tiles themselves.
      this.#extent = tile.data.length * EXTENT_STEP < most ? Math.max(0, index - 1) : index;
      this.#exactness.sentExact(rectangle);
      this.#forgotAt ??= time;
      return tile;
    }
    this.#extent = 0;
    this.#learn(time);
    return undefined;
  }

  /** When `refine` has something to do, ms. */
  get refineAt(): number {
    return Math.min(oldestLossy(this.#exactness) + this.#restTime.ms, this.#learnAt);
  }

  get #learnAt(): number {
    if (this.#forgotAt === undefined) return Number.POSITIVE_INFINITY;
    return Math.min(this.#changedAt + LEARN_MS, this.#forgotAt + LEARN_LATEST_MS);
  }

  #change(damage: Rectangle, rest: Rectangle[], time: number): void {
    this.#forget(damage, time);
    rest.push(damage);
  }

  /** Copies for what moved; false if nothing did, or too little to be worth it. */
  #shift(damage: Rectangle, plan: Plan, rest: Rectangle[], time: number): boolean {
    const { copies, rest: changed } = this.#shifts.find(damage);
    this.#forgotAt ??= time;
    if (copies.length === 0 && changed.length > 0) return false;
    // Copies beside video of much of the screen cost the viewer both layers, and spare the encoder little.
    if (this.#policy.isLarge(sum(changed))) return false;
    plan.copies.push(...copies);
    rest.push(...changed);
    for (const edge of copies.flatMap((copy) => this.#exactness.lossyEdge(copy))) {
      plan.tiles.push(this.#encodeWhole(edge));
    }
    return true;
  }

  /** What scrolls in the video is sent exactly once, so that it goes on in copies. */
  #lookAt(damage: Rectangle, plan: Plan, rest: Rectangle[], time: number, budget: number): void {
    const whole = this.#exactness.aligned(damage);
    const scrolls = this.#policy.isTooLargeForTile(damage) && this.#scrolls.sees(damage, time);
    const tile = scrolls ? this.#encode(whole, budget * BASE_SHARE) : undefined;
    if (!tile) {
      rest.push(damage);
      return;
    }
    plan.tiles.push(tile);
    this.#policy.cool(whole);
    this.#shifts.learn(damage);
  }

  /** Tiles for what is worth them; the rest is added to the video's region. */
  #divide(rectangles: readonly Rectangle[], tiles: Tile[], time: number, budget: number): void {
    const large = this.#policy.isLarge(sum(rectangles));
    let left = budget;
    for (const changed of rectangles) {
      const rectangle = this.#exactness.anyLossy(changed) ? this.#exactness.aligned(changed) : changed;
      const content = large ? 'photograph' : this.#contentOf(rectangle);
      const isTried = !large && this.#policy.prefersTile(rectangle, time, content);
      const tile = isTried ? this.#encode(rectangle, left) : undefined;
      if (tile) {
        tiles.push(tile);
        left -= tile.data.length;
        this.#policy.sentTile(rectangle, tile.data.length, time);
      } else {
        this.#video.add(rectangle);
        if (isTried) this.#policy.gaveUp(rectangle, time);
        else this.#policy.sentVideo(rectangle, time, content);
      }
    }
  }

  #contentOf(rectangle: Rectangle): Content {
    return contentOf(this.#screen.words, this.#screen.stride / 4, rectangle);
  }

  #encodeWhole(rectangle: Rectangle): Tile {
    return this.#encode(rectangle, Number.POSITIVE_INFINITY)!;
  }

  #encode(rectangle: Rectangle, limit: number): Tile | undefined {
    return this.#encoder.encode(this.#screen.words, this.#screen.stride / 4, rectangle, limit);
  }

  #forget(rectangle: Rectangle, time: number): void {
    this.#shifts.forget(rectangle);
    this.#forgotAt ??= time;
    this.#changedAt = time;
  }

  #learn(time: number): void {
    if (time < this.#learnAt) return;
    this.#shifts.learnAll((rectangle) => !this.#exactness.anyLossy(rectangle));
    this.#forgotAt = undefined;
  }
}

/** Whether what changed is large enough to be looked at for content that moved. */
export function mayHaveMoved({ width, height }: Rectangle): boolean {
  return width >= SMALLEST.width && height >= SMALLEST.height;
}

/**
 * Times the budget of one update that the pixels to begin scrolling with may take, before deflating: they are sent once.
 * A screen full of text is 600 KB, of which deflating leaves a third.
 */
const BASE_SHARE = 24;

/** Rows of one tile of the whole screen: as many as the viewer's canvases have (client/viewer: layer-canvases.ts). */
const BAND = 216;

/** Without a change for this long, ms, all rows are hashed, so that what scrolls next is recognised: 1 to 2 ms of work. */
const LEARN_MS = 150;

/** The same while something goes on changing. */
const LEARN_LATEST_MS = 1000;

/** Pixels by which the rectangle around two may be larger than both: a tile's header and start cost as much. */
const SLACK = 256;
const WASTE = 1.3;

/** Pixels of all of them. */
function sum(rectangles: readonly Rectangle[]): number {
  return rectangles.reduce((pixels, rectangle) => pixels + size(rectangle), 0);
}

/** Joins neighbours, in the order in which they come, where that sends hardly more pixels. */
function merge(rectangles: readonly Rectangle[]): Rectangle[] {
  const merged: Rectangle[] = [];
  for (const rectangle of rectangles) {
    const last = merged.at(-1);
    const around = last && boundingBox(last, rectangle);
    if (around && size(around) <= WASTE * (size(last) + size(rectangle)) + SLACK)
      merged.splice(-1, 1, around);
    else merged.push(rectangle);
  }
  return merged;
}
