import { encodePointer, encodePointerMotion, encodeWheel } from '@deskside/protocol';
import type { Size } from '../view.ts';

export interface Point {
  x: number;
  y: number;
}

export interface RemotePointerOptions {
  /** Size of the desktop, device pixels of it. */
  screen(): Size;
  /** For what adds up: every motion and turn of the wheel, in order. */
  sendBinary(bytes: Uint8Array<ArrayBuffer>): void;
  /** For where the pointer is. */
  sendPointer(bytes: Uint8Array<ArrayBuffer>): void;
}

/** The bits of `MouseEvent.buttons` that the protocol has. */
export const BUTTONS = 0b11111;

/** How often the state is repeated while a button is down, ms: the streamer lifts what it hears no more of. */
const HELD_EVERY = 500;

/** What sums of fractions may be off by. */
const ROUNDING = 1e-6;

/** Largest motion of one message: they are signed 16-bit numbers. */
const LARGEST = 0x7fff;

/** The pointer of the desktop: where it is, which buttons are down, and what moves it. */
export class RemotePointer implements Disposable {
  readonly #options: RemotePointerOptions;
  #sequence = 0;
  #position: Point | undefined;
  #buttons = 0;
  /** Motion that was moved last, so that what is repeated is of the same kind. */
  #relative = false;
  readonly #rest = { motion: { x: 0, y: 0 }, wheel: { x: 0, y: 0 } };
  #heartbeat: ReturnType<typeof setInterval> | undefined;

  constructor(options: RemotePointerOptions) {
    this.#options = options;
  }

  /** Device pixels of the desktop; a guess after relative motion, which programs may answer as they like. */
  get position(): Point {
    const { width, height } = this.#options.screen();
    return this.#position ?? { x: width / 2, y: height / 2 };
  }

  /** As in `MouseEvent.buttons`. */
  get buttons(): number {
    return this.#buttons;
  }

  moveTo(point: Point, buttons = this.#buttons): void {
    this.#relative = false;
    this.#position = this.#inside(point);
    this.#setButtons(buttons);
    this.#tell();
  }

  /** Fractions of pixels add up. */
  moveBy(motion: Point, buttons = this.#buttons): void {
    this.#relative = true;
    this.#setButtons(buttons);
    const { x, y } = whole(this.#rest.motion, motion);
    this.#position = this.#inside({ x: this.position.x + x, y: this.position.y + y });
    this.#options.sendBinary(encodePointerMotion({ dx: x, dy: y, buttons: this.#buttons }));
  }

  press(buttons: number): void {
    this.#setButtons(buttons);
    this.#tell();
  }

  /** Presses and lifts, with everything else up. */
  click(buttons: number): void {
    this.press(buttons);
    this.press(0);
  }

  /** 120 to a notch, positive is down and right; fractions add up. */
  wheel(motion: Point): void {
    let { x, y } = whole(this.#rest.wheel, motion);
    while (x !== 0 || y !== 0) {
      this.#options.sendBinary(encodeWheel({ dx: x, dy: y }));
      ({ x, y } = whole(this.#rest.wheel, { x: 0, y: 0 }));
    }
  }

  liftButtons(): void {
    if (this.#buttons !== 0) this.press(0);
  }

  [Symbol.dispose](): void {
    this.liftButtons();
    clearInterval(this.#heartbeat);
  }

  #tell(): void {
    if (this.#relative) {
      this.#options.sendBinary(encodePointerMotion({ dx: 0, dy: 0, buttons: this.#buttons }));
      return;
    }
    this.#sequence = (this.#sequence + 1) >>> 0;
    const position = { x: Math.floor(this.position.x), y: Math.floor(this.position.y) };
    this.#options.sendPointer(
      encodePointer({ sequence: this.#sequence, ...position, buttons: this.#buttons }),
    );
  }

  #setButtons(buttons: number): void {
    this.#buttons = buttons & BUTTONS;
    if (this.#buttons === 0) {
      clearInterval(this.#heartbeat);
      this.#heartbeat = undefined;
    } else {
      this.#heartbeat ??= setInterval(() => this.#tell(), HELD_EVERY);
    }
  }

  #inside({ x, y }: Point): Point {
    const { width, height } = this.#options.screen();
    return { x: Math.max(0, Math.min(width - 1, x)), y: Math.max(0, Math.min(height - 1, y)) };
  }
}

/** Adds motion to what was left, and takes the whole part of it. */
function whole(rest: Point, { x, y }: Point): Point {
  const take = (axis: 'x' | 'y', motion: number): number => {
    rest[axis] += motion;
    // Of 120 / 100 pixels sums are never quite whole.
    const sum = Math.trunc(rest[axis] + Math.sign(rest[axis]) * ROUNDING);
    const due = Math.max(-LARGEST, Math.min(LARGEST, sum));
    rest[axis] -= due;
    return due || 0;
  };
  return { x: take('x', x), y: take('y', y) };
}
