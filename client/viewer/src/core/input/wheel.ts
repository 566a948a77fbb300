import { listen } from '../listen.ts';
import type { Point } from './remote-pointer.ts';

/** One notch of a wheel as X11 and the protocol count it. */
export const NOTCH = 120;

/** What one notch is in each `WheelEvent.deltaMode`: 100 CSS pixels in Chromium, 3 lines in Firefox, or one page. */
const PER_NOTCH = [100, 3, 1];

/** Trackpads tell `wheelDelta` as so many times the motion in pixels, whatever the zoom; wheels in whole notches. */
const TRACKPAD_FACTOR = 3;

/** What a pinch grows or shrinks by is one notch in programs: about a tenth. */
const PINCH_NOTCH = Math.log(1.1);

/** Browsers tell of a pinch as of a wheel under Ctrl: of its logarithm, times this. */
const PINCH_SCALE = 100;

/** A wheel under Ctrl, however slow, moves by more at once; a pinch by less. */
const SMALLEST_NOTCH = 40;

export type WheelLike = Pick<WheelEvent, 'deltaX' | 'deltaY' | 'deltaMode' | 'shiftKey'> & {
  /** Chromium and Safari only. */
  wheelDeltaX?: number;
  wheelDeltaY?: number;
};

/** The motion of an event, 120 to a notch. */
export function wheelMotion(event: WheelLike): Point {
  const { deltaMode } = event;
  const scale = NOTCH / (PER_NOTCH[deltaMode] ?? PER_NOTCH[0]!);
  const axis = (delta: number, wheelDelta: number | undefined): number => {
    // The zoom of the page changes what a notch is in pixels.
    const wheel = deltaMode === 0 && wheelDelta && wheelDelta % NOTCH === 0;
    return wheel && wheelDelta !== -TRACKPAD_FACTOR * delta ? -wheelDelta : delta * scale;
  };
  const x = axis(event.deltaX, event.wheelDeltaX);
  const y = axis(event.deltaY, event.wheelDeltaY);
  // Browsers turn the wheel sideways under Shift; programs of the desktop do so themselves.
  return event.shiftKey && y === 0 ? { x: 0, y: x } : { x, y };
}

/** Adds up how far fingers have moved apart, in whole notches. */
export class PinchAccumulator {
  #rest = 0;

  /** @param growth how many times as far apart they are as before @returns notches, positive: apart */
  add(growth: number): number {
    this.#rest += Math.log(growth) / PINCH_NOTCH;
    const notches = Math.trunc(this.#rest);
    this.#rest -= notches;
    return notches || 0;
  }
}

export interface WheelOptions {
  element: HTMLElement;
  /** Whether Ctrl is known to be down. */
  ctrl(): boolean;
  onWheel(motion: Point): void;
  /** Ctrl and the wheel, by whole notches; positive: larger. */
  onZoom(notches: number): void;
}

/** Reads the wheel over an element until the result is disposed of. */
export function attachWheel({ element, ctrl, onWheel, onZoom }: WheelOptions): Disposable {
  const pinch = new PinchAccumulator();
  let due: Point | undefined;
  /** Events of one turn of the event loop are one motion: a page that was busy has many. */
  const turn = ({ x, y }: Point): void => {
    if (!due) {
      due = { x: 0, y: 0 };
      queueMicrotask(() => {
        const motion = due!;
        due = undefined;
        onWheel(motion);
      });
    }
    due.x += x;
    due.y += y;
  };
  const onEvent = (event: WheelEvent): void => {
    event.preventDefault();
    if (!event.ctrlKey || ctrl()) {
      turn(wheelMotion(event));
      return;
    }
    const { deltaY, deltaMode } = event;
    const notches =
      deltaMode !== 0 || Math.abs(deltaY) >= SMALLEST_NOTCH
        ? Math.round(-wheelMotion(event).y / NOTCH)
        : pinch.add(Math.exp(-deltaY / PINCH_SCALE));
    if (notches !== 0) onZoom(notches);
  };
  return listen(element, 'wheel', onEvent, { passive: false });
}
