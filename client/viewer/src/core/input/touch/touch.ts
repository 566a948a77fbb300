import { listen } from '../../listen.ts';
import { desktopPoint, type Size } from '../../view.ts';
import type { Point, RemotePointer } from '../remote-pointer.ts';
import { PinchAccumulator } from '../wheel.ts';
import { type GestureActions, Gestures } from './gestures.ts';

/** `direct`: the pointer is where the finger is. `trackpad`: fingers move it from where it is. */
export type TouchMode = 'direct' | 'trackpad';

export interface TouchOptions {
  element: HTMLElement;
  /** Shows the screen, scaled in whatever way. */
  stage: HTMLElement;
  /** Size of the screen, device pixels of the desktop. */
  screen(): Size;
  remote: RemotePointer;
  onPress(event: PointerEvent): void;
  /** Ctrl and the wheel, by whole notches; positive: larger. */
  onZoom(notches: number): void;
  /** The pointer has moved where no finger is: it must be seen. */
  onPointer(): void;
}

const LEFT = 1;
const RIGHT = 2;
const MIDDLE = 4;

/** What a tap with one, two and three fingers presses. */
const TAP_BUTTONS = [LEFT, RIGHT, MIDDLE];

/** A second tap counts as one at the very place of the first, or programs would take it for a click of its own. */
const DOUBLE_TAP = { within: 400, around: 40 };

/** Wheel motion for one CSS pixel that two fingers move: a notch scrolls about 50 in most programs. */
const WHEEL_PER_PIXEL = 120 / 50;

/** How much faster the pointer of the trackpad moves than a finger that moves one CSS pixel in a millisecond. */
const ACCELERATION = 1.5;

/** The largest factor of it. */
const FASTEST = 4;

/** Fingers as pointer: tap, long press, drag, scroll, pinch. */
export class Touch implements Disposable {
  mode: TouchMode = 'direct';
  readonly #options: TouchOptions;
  readonly #listeners = new DisposableStack();
  readonly #gestures: Gestures;
  readonly #pinch = new PinchAccumulator();
  #resting: ReturnType<typeof setTimeout> | undefined;
  #tapped = { at: { x: 0, y: 0 }, time: Number.NEGATIVE_INFINITY };
  #movedAt = 0;

  constructor(options: TouchOptions) {
    this.#options = options;
    this.#gestures = new Gestures(this.#actions());
    const on = (types: string | readonly string[], act: (event: PointerEvent) => void): void => {
      const onPointer = (event: PointerEvent): void => {
        if (event.pointerType !== 'touch') return;
        act(event);
        this.#awaitRest(event.timeStamp);
      };
      this.#listeners.use(listen(options.element, types, onPointer));
    };
    on('pointerdown', (event) => this.#down(event));
    on('pointermove', (event) => this.#gestures.move(event.pointerId, pointOf(event)));
    on('pointerup', (event) => this.#gestures.up(event.pointerId, event.timeStamp));
    on(['pointercancel', 'lostpointercapture'], (event) => this.#gestures.cancel(event.pointerId));
    this.#listeners.defer(() => clearTimeout(this.#resting));
  }

  [Symbol.dispose](): void {
    this.#listeners.dispose();
  }

  #down(event: PointerEvent): void {
    event.preventDefault();
    this.#options.element.setPointerCapture(event.pointerId);
    this.#options.onPress(event);
    this.#gestures.down(event.pointerId, pointOf(event), event.timeStamp);
  }

  /** @param now when the event came to be, ms: a page that is late with it must not take it for rest */
  #awaitRest(now: number): void {
    clearTimeout(this.#resting);
    const { restsAt } = this.#gestures;
    if (restsAt === undefined) return;
    this.#resting = setTimeout(() => this.#gestures.rest(), restsAt - now);
  }

  #actions(): GestureActions {
    const { remote, onZoom } = this.#options;
    return {
      tap: (at, fingers) => this.#click(at, TAP_BUTTONS[fingers - 1] ?? 0),
      longPress: (at) => {
        navigator.vibrate?.(10);
        this.#click(at, RIGHT);
      },
      slideStart: (at, held) => {
        this.#movedAt = performance.now();
        if (this.mode === 'direct') this.#aim(at);
        if (this.mode === 'direct' || held) remote.press(LEFT);
      },
      slide: (to, by) => (this.mode === 'direct' ? this.#aim(to) : this.#push(by)),
      slideEnd: () => remote.liftButtons(),
      // What is shown follows the fingers.
      scroll: ({ x, y }) => remote.wheel({ x: -x * WHEEL_PER_PIXEL, y: -y * WHEEL_PER_PIXEL }),
      pinch: (growth) => {
        const notches = this.#pinch.add(growth);
        if (notches !== 0) onZoom(notches);
      },
    };
  }

  #click(at: Point, buttons: number): void {
    const { remote } = this.#options;
    if (this.mode === 'direct') this.#aim(this.#again(at));
    remote.click(buttons);
  }

  /** The place of the tap before if this is the second one of a double tap. */
  #again(at: Point): Point {
    const { at: before, time } = this.#tapped;
    const now = performance.now();
    const near = Math.hypot(at.x - before.x, at.y - before.y) <= DOUBLE_TAP.around;
    const point = near && now - time <= DOUBLE_TAP.within ? before : at;
    this.#tapped = { at: point, time: now };
    return point;
  }

  #aim({ x, y }: Point): void {
    const { remote, stage, screen } = this.#options;
    remote.moveTo(desktopPoint({ clientX: x, clientY: y }, stage.getBoundingClientRect(), screen()));
  }

  /** Moves the pointer from where it is, the faster the further. */
  #push({ x, y }: Point): void {
    const { remote, stage, screen, onPointer } = this.#options;
    const now = performance.now();
    const speed = Math.hypot(x, y) / Math.max(1, now - this.#movedAt);
    this.#movedAt = now;
    const scale = screen().width / stage.getBoundingClientRect().width || 1;
    const factor = Math.min(FASTEST, 1 + ACCELERATION * speed) * scale;
    remote.moveTo({ x: remote.position.x + x * factor, y: remote.position.y + y * factor });
    onPointer();
  }
}

function pointOf({ clientX, clientY }: PointerEvent): Point {
  return { x: clientX, y: clientY };
}
