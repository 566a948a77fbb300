import type { XConnection } from './x-connection.ts';

/** `MouseEvent.buttons` bit by bit, as X buttons: left, right, middle, back, forward. */
const BUTTONS = [1, 3, 2, 8, 9] as const;

/** X knows the wheel as buttons, one click a notch. */
const WHEEL = { up: 4, down: 5, left: 6, right: 7 } as const;

/** A wheel's notch (WHEEL_DELTA of Windows, which browsers and libinput share). */
const NOTCH = 120;

/** Motion of one wheel event or one relative move, on one axis; it travels as a signed 16-bit number. */
const MAX_STEP = 0x7fff;

/** FakeInput's `detail` of a motion (XTEST, section 6). */
const Motion = { absolute: 0, relative: 1 } as const;

/** The pointer of one X server. */
export class Pointer {
  readonly #x: XConnection;
  #buttons = 0;
  readonly #moved = { x: new Remainder(1), y: new Remainder(1) };
  readonly #wheel = { x: new Remainder(NOTCH), y: new Remainder(NOTCH) };

  constructor(x: XConnection) {
    this.#x = x;
  }

  /** Coordinates outside the screen end at its edge: the X server sees to that. */
  move(x: number, y: number): void {
    if (!Number.isFinite(x) || !Number.isFinite(y)) return;
    this.#fakeMotion(Motion.absolute, clamp(Math.round(x)), clamp(Math.round(y)));
  }

  moveBy(dx: number, dy: number): void {
    const x = this.#moved.x.add(dx);
    const y = this.#moved.y.add(dy);
    if (x !== 0 || y !== 0) this.#fakeMotion(Motion.relative, x, y);
  }

  setButtons(buttons: number): void {
    for (const [bit, button] of BUTTONS.entries()) {
      const mask = 1 << bit;
      if ((buttons & mask) !== (this.#buttons & mask)) this.#fakeButton(button, (buttons & mask) !== 0);
    }
    this.#buttons = buttons;
  }

  turnWheel(dx: number, dy: number): void {
    const x = this.#wheel.x.add(dx);
    const y = this.#wheel.y.add(dy);
    this.#click(y < 0 ? WHEEL.up : WHEEL.down, Math.abs(y));
    this.#click(x < 0 ? WHEEL.left : WHEEL.right, Math.abs(x));
  }

  #click(button: number, times: number): void {
    for (let time = 0; time < times; time++) {
      this.#fakeButton(button, true);
      this.#fakeButton(button, false);
    }
  }

  #fakeButton(button: number, down: boolean): void {
    const { xtest } = this.#x;
    xtest.FakeInput(down ? xtest.ButtonPress : xtest.ButtonRelease, button, 0, 0, 0, 0);
  }

  #fakeMotion(detail: number, x: number, y: number): void {
    this.#x.xtest.FakeInput(this.#x.xtest.MotionNotify, detail, 0, this.#x.root, x, y);
  }
}

/** Adds up motion and hands out whole units of it; what is left stays for the next time. */
class Remainder {
  readonly #unit: number;
  #rest = 0;

  constructor(unit: number) {
    this.#unit = unit;
  }

  add(motion: number): number {
    if (!Number.isFinite(motion)) return 0;
    this.#rest += clamp(motion);
    const units = Math.trunc(this.#rest / this.#unit);
    this.#rest -= units * this.#unit;
    return units;
  }
}

function clamp(value: number): number {
  return Math.max(-MAX_STEP, Math.min(MAX_STEP, value));
}
