import { encodePointer } from '@deskside/protocol';
import { listen } from '../listen.ts';
import { desktopPoint, type Size } from '../view.ts';

export interface PointerOptions {
  /** Where pointer events are heard. */
  element: HTMLElement;
  /** Shows the screen, scaled in whatever way. */
  stage: HTMLElement;
  /** Size of the screen, device pixels of the desktop. */
  screen(): Size;
  sendBinary(bytes: Uint8Array<ArrayBuffer>): void;
  onPress(): void;
}

/** Least time between two positions that are only motion, ms: a mouse may tell of 1000 a second, screens show 60. */
const MOTION_EVERY = 4;

/** The bits of `MouseEvent.buttons` that the protocol has. */
const BUTTONS = 0b11111;

/** How often the state is repeated while a button is down, ms: the streamer lifts what it hears no more of. */
const HELD_EVERY = 500;

/** Sends position and buttons to the desktop. */
export class Pointer implements Disposable {
  readonly #options: PointerOptions;
  readonly #listeners = new DisposableStack();
  #sequence = 0;
  #last = { x: 0, y: 0, buttons: 0 };
  #sentAt = 0;
  #due: ReturnType<typeof setTimeout> | undefined;
  #heartbeat: ReturnType<typeof setInterval> | undefined;

  constructor(options: PointerOptions) {
    this.#options = options;
    const { element } = options;
    const listeners = this.#listeners;
    // Not aligned to repaints, so up to 16 ms earlier; only in secure contexts, and not everywhere.
    const motion = 'onpointerrawupdate' in element ? 'pointerrawupdate' : 'pointermove';
    listeners.use(listen(element, motion, (event: PointerEvent) => this.#move(event)));
    listeners.use(listen(element, 'pointerdown', (event: PointerEvent) => this.#press(event)));
    listeners.use(listen(element, ['pointerup', 'pointercancel'], (event: PointerEvent) => this.#now(event)));
    listeners.use(listen(element, 'lostpointercapture', (event: PointerEvent) => this.#now(event)));
    listeners.use(
      listen(element, ['contextmenu', 'dragstart', 'selectstart'], (event) => event.preventDefault()),
    );
    listeners.use(listen(window, ['blur', 'pagehide'], () => this.liftButtons()));
  }

  liftButtons(): void {
    if (this.#last.buttons === 0) return;
    this.#last.buttons = 0;
    this.#send();
  }

  [Symbol.dispose](): void {
    this.liftButtons();
    clearTimeout(this.#due);
    clearInterval(this.#heartbeat);
    this.#listeners.dispose();
  }

  #press(event: PointerEvent): void {
    this.#options.element.setPointerCapture(event.pointerId);
    this.#options.onPress();
    // Neither text selection nor autoscroll, nor the focus going elsewhere.
    event.preventDefault();
    this.#now(event);
  }

  #move(event: PointerEvent): void {
    if ((event.buttons & BUTTONS) !== this.#last.buttons) {
      this.#now(event);
      return;
    }
    this.#read(event);
    const wait = this.#sentAt + MOTION_EVERY - performance.now();
    if (wait <= 0) this.#send();
    else this.#due ??= setTimeout(() => this.#send(), wait);
  }

  #now(event: PointerEvent): void {
    this.#read(event);
    this.#send();
  }

  #read(event: PointerEvent): void {
    const rect = this.#options.stage.getBoundingClientRect();
    const { x, y } = desktopPoint(event, rect, this.#options.screen());
    this.#last = { x, y, buttons: event.buttons & BUTTONS };
  }

  #send(): void {
    clearTimeout(this.#due);
    this.#due = undefined;
    this.#sentAt = performance.now();
    this.#sequence = (this.#sequence + 1) >>> 0;
    this.#options.sendBinary(encodePointer({ sequence: this.#sequence, ...this.#last }));
    this.#beat();
  }

  #beat(): void {
    if (this.#last.buttons === 0) {
      clearInterval(this.#heartbeat);
      this.#heartbeat = undefined;
    } else {
      this.#heartbeat ??= setInterval(() => this.#send(), HELD_EVERY);
    }
  }
}
