import type { CursorShape } from '@deskside/protocol';
import { cssCursors, cursorSize, draw } from './input/cursor.ts';
import type { Point } from './input/remote-pointer.ts';
import { listen } from './listen.ts';
import { placeScreen, type Size, type View } from './view.ts';

/** What a text field and its text need, CSS pixels: it must not lie across an edge, or the browser would scroll there. */
const FIELD_ROOM = { width: 160, height: 24 };

/**
 * The elements of a desktop: a stage that carries the picture at any scale, and a text field, invisible, that takes
 * keys and what input methods write. Styled by properties only, so that any Content-Security-Policy allows it.
 */
export class Screen implements Disposable {
  /** As large as the desktop, one CSS pixel to a pixel of it, scaled as a whole. */
  readonly stage = document.createElement('div');
  readonly keyTarget = document.createElement('textarea');
  /** The cursor where the browser shows none: while the pointer is locked, and away from fingers. */
  readonly #pointer = document.createElement('img');
  #pointerAt: Point | undefined;
  /** The shape that it has. */
  #drawn: CursorShape | undefined;
  readonly #container: HTMLElement;
  readonly #resources = new DisposableStack();
  #size: Size = { width: 1920, height: 1080 };
  #view: View = 'fit';
  #cursor: CursorShape | undefined;
  #cursorSize = 1;

  constructor(container: HTMLElement) {
    this.#container = container;
    Object.assign(this.stage.style, { position: 'absolute', transformOrigin: '0 0', overflow: 'hidden' });
    // What touches the container counts only up to what is cut off: this.
    this.stage.style.touchAction = 'none';
    // Layers order themselves by z-index in here, and only in here.
    this.stage.style.isolation = 'isolate';
    this.#prepareKeyTarget();
    Object.assign(this.#pointer, { alt: '', hidden: true });
    Object.assign(this.#pointer.style, {
      position: 'absolute',
      left: '0',
      top: '0',
      zIndex: '1',
      pointerEvents: 'none',
    });
    this.stage.append(this.#pointer);
    container.append(this.keyTarget, this.stage);
    this.#resources.defer(() => this.stage.remove());
    this.#resources.defer(() => this.keyTarget.remove());
    const observer = new ResizeObserver(() => this.#place());
    observer.observe(container);
    this.#resources.defer(() => observer.disconnect());
    this.#resources.use(listen(window, 'resize', () => this.#place()));
    this.#place();
  }

  /** Of the desktop, device pixels. */
  get size(): Size {
    return this.#size;
  }

  set size({ width, height }: Size) {
    this.#size = { width, height };
    this.#place();
  }

  set view(view: View) {
    this.#view = view;
    this.#place();
  }

  set cursor(cursor: CursorShape) {
    this.#cursor = cursor;
    this.#showCursor();
  }

  /** Shows the cursor at a pixel of the desktop, over the picture. */
  showPointer(at: Point): void {
    this.#pointerAt = at;
    this.#drawPointer();
  }

  hidePointer(): void {
    this.#pointerAt = undefined;
    this.#drawPointer();
  }

  /** Moves the text field to a pixel of the desktop, so that input methods compose at the caret. */
  moveKeyTarget({ x, y }: Point): void {
    const { left, top, width, height } = this.#container.getBoundingClientRect();
    const stage = this.stage.getBoundingClientRect();
    const scale = stage.width / this.#size.width;
    const inside = (offset: number, outer: number, room: number): number =>
      Math.max(0, Math.min(outer - room, offset));
    const across =
      inside(stage.left + x * scale - left, width, FIELD_ROOM.width) + this.#container.scrollLeft;
    const down = inside(stage.top + y * scale - top, height, FIELD_ROOM.height) + this.#container.scrollTop;
    Object.assign(this.keyTarget.style, { left: `${across}px`, top: `${down}px` });
  }

  /** The desktop's name, for screen readers. */
  set label(name: string) {
    this.keyTarget.ariaLabel = name;
  }

  [Symbol.dispose](): void {
    this.#resources.dispose();
  }

  #prepareKeyTarget(): void {
    const { keyTarget } = this;
    Object.assign(keyTarget, {
      autocapitalize: 'off',
      autocomplete: 'off',
      spellcheck: false,
      ariaLabel: 'Desktop',
    });
    keyTarget.setAttribute('autocorrect', 'off');
    keyTarget.setAttribute('aria-roledescription', 'remote desktop');
    Object.assign(keyTarget.style, {
      position: 'absolute',
      left: '0',
      top: '0',
      width: '1px',
      height: '1.4em',
      padding: '0',
      border: '0',
      // Phones zoom in on anything smaller.
      font: '16px/1.4 system-ui, sans-serif',
      background: 'Canvas',
      color: 'CanvasText',
      outline: 'none',
      opacity: '0',
      overflow: 'hidden',
      whiteSpace: 'pre',
      resize: 'none',
      zIndex: '1',
      pointerEvents: 'none',
      // A caret that blinks has the page drawn twice a second, seen or not: half of what a desktop at rest costs a browser.
      caretAnimation: 'manual',
    });
  }

  #place(): void {
    const viewport = { width: this.#container.clientWidth, height: this.#container.clientHeight };
    const { left, top, scale } = placeScreen(this.#size, viewport, this.#view, devicePixelRatio);
    Object.assign(this.stage.style, {
      width: `${this.#size.width}px`,
      height: `${this.#size.height}px`,
      left: `${left}px`,
      top: `${top}px`,
      transform: scale === 1 ? 'none' : `scale(${scale})`,
    });
    this.#container.style.overflow = this.#view === 'fit' ? 'hidden' : 'auto';
    const size = cursorSize(scale, devicePixelRatio);
    if (size === this.#cursorSize) return;
    this.#cursorSize = size;
    this.#showCursor();
  }

  #showCursor(): void {
    this.#drawPointer();
    if (!this.#cursor) return;
    // A value that the browser does not understand leaves the one before.
    for (const value of cssCursors(this.#cursor, this.#cursorSize)) this.#container.style.cursor = value;
  }

  #drawPointer(): void {
    const [cursor, at] = [this.#cursor, this.#pointerAt];
    if (!at || !cursor || cursor.width === 0) {
      this.#pointer.hidden = true;
      return;
    }
    if (cursor !== this.#drawn) this.#pointer.src = draw(cursor, 1);
    this.#drawn = cursor;
    const { hotX, hotY } = cursor;
    this.#pointer.hidden = false;
    this.#pointer.style.transform = `translate(${Math.round(at.x) - hotX}px, ${Math.round(at.y) - hotY}px)`;
  }
}
