import { encodeWheel, type Wheel as WheelMotion } from '@deskside/protocol';
import { listen } from '../listen.ts';

/** One notch of a wheel as X11 and the protocol count it. */
const NOTCH = 120;

/** What one notch is in each `WheelEvent.deltaMode`: 100 CSS pixels in Chromium, 3 lines in Firefox, or one page. */
const PER_NOTCH = [100, 3, 1];

/** More motion than this in one event is an error of a driver: the range of one wheel message. */
const LARGEST = 0x7fff;

/** Adds up wheel motion in any unit, so that no fraction of a notch is lost. */
export class WheelAccumulator {
  #x = 0;
  #y = 0;

  /** What of the motion is due now, in whole 120ths of a notch; undefined if nothing is yet. */
  add(event: Pick<WheelEvent, 'deltaX' | 'deltaY' | 'deltaMode'>): WheelMotion | undefined {
    const scale = NOTCH / (PER_NOTCH[event.deltaMode] ?? PER_NOTCH[0]!);
    this.#x += event.deltaX * scale;
    this.#y += event.deltaY * scale;
    const dx = clamp(Math.trunc(this.#x));
    const dy = clamp(Math.trunc(this.#y));
    if (dx === 0 && dy === 0) return undefined;
    this.#x -= dx;
    this.#y -= dy;
    return { dx, dy };
  }
}

/** Sends the wheel over `element` to the desktop until the result is disposed of. */
export function attachWheel(
  element: HTMLElement,
  sendBinary: (bytes: Uint8Array<ArrayBuffer>) => void,
): Disposable {
  const accumulator = new WheelAccumulator();
  const onWheel = (event: WheelEvent): void => {
    event.preventDefault();
    const motion = accumulator.add(event);
    if (motion) sendBinary(encodeWheel(motion));
  };
  return listen(element, 'wheel', onWheel, { passive: false });
}

function clamp(value: number): number {
  return Math.max(-LARGEST, Math.min(LARGEST, value));
}
