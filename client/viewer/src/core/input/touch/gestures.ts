/** What fingers mean, without a page: CSS pixels and milliseconds in, gestures out. */
import type { Point } from '../remote-pointer.ts';

export interface GestureActions {
  /** Fingers touched for a moment, the first one at `at`. */
  tap(at: Point, fingers: number): void;
  /** One finger rests. */
  longPress(at: Point): void;
  /** One finger begins to move; `held`: right after a tap. */
  slideStart(at: Point, held: boolean): void;
  slide(to: Point, by: Point): void;
  slideEnd(): void;
  /** Two fingers move together. */
  scroll(by: Point): void;
  /** Two fingers move apart or together: how many times as far apart as before. */
  pinch(growth: number): void;
}

/** A finger that moves less still rests, CSS pixels: as much as one trembles. */
const SLOP = 10;

/** A finger that rests so long presses long, ms; as phones have it. */
const LONG_PRESS = 500;

/** Fingers that are gone within this time have tapped, ms. */
const TAP_TIME = 300;

/** A finger that comes back within this time holds what it tapped, ms. */
const HOLD_AFTER_TAP = 250;

/** Two fingers pinch once their distance has changed by this much, CSS pixels, before they moved as far together. */
const PINCH_SLOP = 24;

type Phase = 'idle' | 'resting' | 'sliding' | 'two' | 'scrolling' | 'pinching' | 'over';

export class Gestures {
  readonly #actions: GestureActions;
  readonly #fingers = new Map<number, { start: Point; at: Point }>();
  #phase: Phase = 'idle';
  #startedAt = 0;
  #start: Point = { x: 0, y: 0 };
  #mostFingers = 0;
  /** Something came of these fingers already: they do not tap. */
  #done = false;
  #tappedAt = Number.NEGATIVE_INFINITY;
  /** Those of two fingers whose motion was not looked at yet. */
  readonly #moved = new Set<number>();
  /** Of two fingers: where their middle was, and how far apart they were. */
  #pair = { middle: { x: 0, y: 0 }, distance: 0 };

  constructor(actions: GestureActions) {
    this.#actions = actions;
  }

  /** When `rest()` is to be called if nothing happens until then, ms; undefined: not. */
  get restsAt(): number | undefined {
    return this.#phase === 'resting' ? this.#startedAt + LONG_PRESS : undefined;
  }

  down(finger: number, at: Point, time: number): void {
    this.#fingers.set(finger, { start: at, at });
    if (this.#phase === 'idle') this.#begin(at, time);
    else if (this.#phase === 'resting' && this.#fingers.size === 2) {
      this.#phase = 'two';
      this.#pair = this.#measure();
    } else this.#stop();
    this.#mostFingers = Math.max(this.#mostFingers, this.#fingers.size);
  }

  move(finger: number, to: Point): void {
    const known = this.#fingers.get(finger);
    if (!known) return;
    const { start, at } = known;
    known.at = to;
    const moved = distance(to, start) > SLOP;
    if (moved && this.#phase === 'resting') this.#startSlide();
    if (this.#phase === 'sliding') this.#actions.slide(to, difference(to, at));
    else if (this.#phase === 'over') this.#done ||= moved;
    else if (this.#fingers.size === 2) this.#moveOneOfTwo(finger);
  }

  up(finger: number, time: number): void {
    if (!this.#fingers.delete(finger)) return;
    this.#stop();
    if (this.#fingers.size > 0) return;
    this.#phase = 'idle';
    if (this.#done || time - this.#startedAt > TAP_TIME) return;
    this.#tappedAt = this.#mostFingers === 1 ? time : Number.NEGATIVE_INFINITY;
    this.#actions.tap(this.#start, this.#mostFingers);
  }

  /** The browser took the finger away, or the page lost it: nothing comes of it. */
  cancel(finger: number): void {
    if (!this.#fingers.has(finger)) return;
    this.#done = true;
    this.up(finger, this.#startedAt);
  }

  /** Nothing has happened until `restsAt`. */
  rest(): void {
    if (this.#phase !== 'resting') return;
    this.#stop();
    this.#done = true;
    this.#actions.longPress(this.#start);
  }

  #begin(at: Point, time: number): void {
    this.#phase = 'resting';
    this.#start = at;
    this.#startedAt = time;
    this.#mostFingers = 0;
    this.#moved.clear();
    this.#done = false;
  }

  #startSlide(): void {
    this.#phase = 'sliding';
    this.#done = true;
    this.#actions.slideStart(this.#start, this.#startedAt - this.#tappedAt < HOLD_AFTER_TAP);
  }

  /** Browsers tell of two fingers one after the other: half of a motion would look like a pinch. */
  #moveOneOfTwo(finger: number): void {
    const alone = this.#moved.has(finger);
    this.#moved.add(finger);
    if (!alone && this.#moved.size < 2) return;
    this.#moved.clear();
    this.#movePair();
  }

  #movePair(): void {
    const now = this.#measure();
    const { middle, distance: apart } = this.#pair;
    if (this.#phase === 'two') {
      const grown = Math.abs(now.distance - apart);
      const moved = distance(now.middle, middle);
      if (grown > PINCH_SLOP && grown > moved) this.#phase = 'pinching';
      else if (moved > SLOP && moved >= grown) this.#phase = 'scrolling';
      else return;
      this.#done = true;
    }
    if (this.#phase === 'scrolling') this.#actions.scroll(difference(now.middle, middle));
    else if (apart > 0) this.#actions.pinch(now.distance / apart);
    this.#pair = now;
  }

  #measure(): { middle: Point; distance: number } {
    const [one, other] = [...this.#fingers.values()].map(({ at }) => at) as [Point, Point];
    return {
      middle: { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 },
      distance: distance(one, other),
    };
  }

  /** Nothing more until all fingers are gone. */
  #stop(): void {
    if (this.#phase === 'sliding') this.#actions.slideEnd();
    this.#phase = 'over';
  }
}

function difference(a: Point, b: Point): Point {
  return { x: a.x - b.x, y: a.y - b.y };
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
