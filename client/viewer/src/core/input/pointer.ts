import { listen } from '../listen.ts';
import { desktopPoint, type Size } from '../view.ts';
import { BUTTONS, type RemotePointer } from './remote-pointer.ts';

export interface PointerOptions {
  /** Where pointer events are heard. */
  element: HTMLElement;
  /** Shows the screen, scaled in whatever way. */
  stage: HTMLElement;
  /** Size of the screen, device pixels of the desktop. */
  screen(): Size;
  remote: RemotePointer;
  /** A press that is the viewer's own: true if it acted on the event. */
  onShortcut(event: PointerEvent): boolean;
  onPress(event: PointerEvent): void;
  /** The pointer moved, and the browser shows it. */
  onMove(): void;
  /** The pointer moved while it is locked: the browser shows none then. */
  onLockedMove(): void;
}

/** Least time between two positions that are only motion, ms: a mouse may tell of 1000 a second, screens show 60. */
const MOTION_EVERY = 4;

/** Mouse and pen: position and buttons, or, while the pointer is locked, motion as it comes. */
export class Pointer implements Disposable {
  readonly #options: PointerOptions;
  readonly #listeners = new DisposableStack();
  #sentAt = 0;
  #due: ReturnType<typeof setTimeout> | undefined;
  #newest: PointerEvent | undefined;

  constructor(options: PointerOptions) {
    this.#options = options;
    const { element } = options;
    const listeners = this.#listeners;
    const on = (types: string | readonly string[], act: (event: PointerEvent) => void): void => {
      const onPointer = (event: PointerEvent): void => {
        if (event.pointerType !== 'touch') act(event);
      };
      listeners.use(listen(element, types, onPointer));
    };
    // Not aligned to repaints, so up to 16 ms earlier; only in secure contexts, and not everywhere.
    on('onpointerrawupdate' in element ? 'pointerrawupdate' : 'pointermove', (event) => this.#move(event));
    on('pointerdown', (event) => this.#press(event));
    // A second button is told by a motion that may not be one.
    on('pointermove', (event) => {
      if ((event.buttons & BUTTONS) !== options.remote.buttons) this.#now(event);
    });
    on(['pointerup', 'pointercancel', 'lostpointercapture'], (event) => this.#now(event));
    // Neither a menu, a text selection, autoscroll, the focus elsewhere, nor the history at the fourth and fifth button.
    const defaults = ['contextmenu', 'dragstart', 'selectstart', 'mousedown', 'mouseup', 'auxclick'];
    listeners.use(listen(element, defaults, (event) => event.preventDefault()));
    listeners.use(listen(window, ['blur', 'pagehide'], () => options.remote.liftButtons()));
  }

  /** Whether motion is told as such and the pointer stays in the page. */
  get locked(): boolean {
    const root = this.#options.element.getRootNode() as Document | ShadowRoot;
    return root.pointerLockElement === this.#options.element;
  }

  /** Locks the pointer, or lets it go; browsers want a click or a key before. @throws Error if they do not allow it */
  async toggleLock(): Promise<void> {
    const { element } = this.#options;
    if (this.locked) {
      document.exitPointerLock();
      return;
    }
    try {
      // As the mouse tells it: acceleration is the desktop's.
      await element.requestPointerLock({ unadjustedMovement: true });
    } catch (error) {
      if ((error as Error).name !== 'NotSupportedError') throw error;
      await element.requestPointerLock();
    }
  }

  [Symbol.dispose](): void {
    if (this.locked) document.exitPointerLock();
    clearTimeout(this.#due);
    this.#listeners.dispose();
  }

  #press(event: PointerEvent): void {
    const { element, onPress, onShortcut } = this.#options;
    onPress(event);
    if (onShortcut(event)) return;
    if (!this.locked) element.setPointerCapture(event.pointerId);
    this.#now(event);
  }

  #move(event: PointerEvent): void {
    const { remote } = this.#options;
    if (this.locked) {
      this.#moveBy(event);
      return;
    }
    this.#newest = event;
    if ((event.buttons & BUTTONS) !== remote.buttons) {
      this.#now(event);
      return;
    }
    const wait = this.#sentAt + MOTION_EVERY - performance.now();
    if (wait <= 0) this.#now(event);
    else this.#due ??= setTimeout(() => this.#now(this.#newest!), wait);
  }

  #now(event: PointerEvent): void {
    clearTimeout(this.#due);
    this.#due = undefined;
    const { remote, stage, screen } = this.#options;
    if (this.locked) {
      remote.moveBy({ x: 0, y: 0 }, event.buttons);
      return;
    }
    this.#sentAt = performance.now();
    this.#options.onMove();
    remote.moveTo(desktopPoint(event, stage.getBoundingClientRect(), screen()), event.buttons);
  }

  /** Each of the motions that the browser has put into one event: programs that look around want them all. */
  #moveBy(event: PointerEvent): void {
    const { remote, stage, screen } = this.#options;
    const scale = screen().width / stage.getBoundingClientRect().width || 1;
    const coalesced = event.getCoalescedEvents?.() ?? [];
    for (const { movementX, movementY } of coalesced.length > 0 ? coalesced : [event]) {
      remote.moveBy({ x: movementX * scale, y: movementY * scale }, event.buttons);
    }
    this.#options.onLockedMove();
  }
}
