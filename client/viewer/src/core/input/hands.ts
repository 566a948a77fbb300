import type { Rectangle, ViewerMessage } from '@deskside/protocol';
import type { Screen } from '../screen.ts';
import { desktopPoint, type Size } from '../view.ts';
import { Caret } from './caret.ts';
import { type AppleKeys, Keyboard } from './keyboard.ts';
import { LayoutHint } from './layout-hint.ts';
import { thisPlatform } from './platform.ts';
import { Pointer } from './pointer.ts';
import { RemotePointer } from './remote-pointer.ts';
import { Touch, type TouchMode } from './touch/touch.ts';
import { attachWheel, NOTCH } from './wheel.ts';

export interface HandsOptions {
  /** Filled by the screen; takes pointer and fingers. */
  element: HTMLElement;
  screen: Screen;
  send(message: ViewerMessage): void;
  /** In order with `send`: motion that adds up, the wheel. */
  sendBinary(bytes: Uint8Array<ArrayBuffer>): void;
  /** Where the pointer is: may be lost while no button changes. */
  sendPointer(bytes: Uint8Array<ArrayBuffer>): void;
  /** A key or a press that is the page's own: true if it acted on it. */
  onShortcut(event: KeyboardEvent | PointerEvent): boolean;
  /** A key that pastes is about to be sent. True: the browser is to make a paste event of it, too. */
  onPaste(): boolean;
}

/** What a person does with keys, pointer and fingers, and how they want it to be taken. */
export class Hands implements Disposable {
  readonly #screen: Screen;
  readonly #keyboard: Keyboard;
  readonly #layout: LayoutHint;
  readonly #caret = new Caret();
  readonly #pointer: Pointer;
  readonly #touch: Touch;
  readonly #resources = new DisposableStack();
  #softKeyboard: boolean | undefined;

  constructor(options: HandsOptions) {
    const { element, screen, send, sendBinary, sendPointer, onShortcut, onPaste } = options;
    this.#screen = screen;
    // A tablet with a keyboard attached needs none on its screen, so nobody gets it without asking.
    const touches = matchMedia('(pointer: coarse)').matches;
    if (touches) {
      this.#softKeyboard = false;
      screen.keyTarget.inputMode = 'none';
    }
    const resources = this.#resources;
    this.#layout = resources.use(new LayoutHint(send));
    this.#keyboard = resources.use(
      new Keyboard({
        target: screen.keyTarget,
        platform: thisPlatform(),
        soft: touches,
        send: (message) => {
          this.#caret.typed(performance.now());
          send(message);
        },
        onShortcut,
        onPaste,
      }),
    );
    const remote = resources.use(new RemotePointer({ screen: () => screen.size, sendBinary, sendPointer }));
    const onPress = (event: PointerEvent): void => this.#press(event);
    const onZoom = (notches: number): void =>
      this.#keyboard.holding(['ControlLeft'], () => remote.wheel({ x: 0, y: -NOTCH * notches }));
    const showPointer = (): void => screen.showPointer(remote.position);
    const common = { element, stage: screen.stage, screen: (): Size => screen.size, remote, onPress };
    this.#pointer = resources.use(
      new Pointer({
        ...common,
        onShortcut,
        onMove: () => screen.hidePointer(),
        onLockedMove: showPointer,
      }),
    );
    this.#touch = resources.use(new Touch({ ...common, onZoom, onPointer: showPointer }));
    const ctrl = (): boolean => ['ControlLeft', 'ControlRight'].some((code) => this.#keyboard.isDown(code));
    resources.use(attachWheel({ element, ctrl, onZoom, onWheel: (motion) => remote.wheel(motion) }));
  }

  /** How often the streamer wants to hear what is down, ms. */
  set heldEvery(interval: number) {
    this.#keyboard.heldEvery = interval;
  }

  /** Whether the keyboard here decides the desktop's layout: not while nobody is connected or only watches. */
  set decide(decide: boolean) {
    this.#layout.active = decide;
  }

  /** The layout that the desktop is to have, e.g. `de` or `us/dvorak`; undefined: that of the keyboard here. */
  set layout(name: string | undefined) {
    this.#layout.choice = name;
  }

  set appleKeys(keys: AppleKeys) {
    this.#keyboard.appleKeys = keys;
  }

  set touchMode(mode: TouchMode) {
    this.#touch.mode = mode;
    if (mode === 'direct') this.#screen.hidePointer();
  }

  /** Whether the keyboard on the screen is shown; undefined: this device needs none. */
  get softKeyboard(): boolean | undefined {
    return this.#softKeyboard;
  }

  /** From within a click or a tap, or the device does not show it. */
  set softKeyboard(shown: boolean) {
    this.#softKeyboard = shown;
    const { keyTarget } = this.#screen;
    keyTarget.inputMode = shown ? 'text' : 'none';
    keyTarget.blur();
    this.focus();
  }

  /** From now on keys go to the desktop. */
  focus(): void {
    this.#screen.keyTarget.focus({ preventScroll: true });
  }

  /** Presses keys that the browser keeps for itself, by `KeyboardEvent.code`. */
  pressChord(codes: readonly string[]): void {
    this.#keyboard.chord(codes);
  }

  /** Types text as if by keys, e.g. where nothing can be pasted. */
  type(text: string): void {
    this.#keyboard.type(text);
  }

  /** Locks the pointer, or lets it go; from within a click or a key press. @throws Error if the browser does not allow it */
  async togglePointerLock(): Promise<void> {
    // What is down for the shortcut is not meant for what is played.
    this.#keyboard.releaseAll();
    await this.#pointer.toggleLock();
  }

  /** The connection is lost, and what was down with it. */
  forgetAll(): void {
    this.#keyboard.forgetAll();
  }

  /** Exact pixels were drawn here, device pixels of the desktop: input methods compose at the caret. */
  drawn(rectangles: readonly Rectangle[]): void {
    const at = this.#caret.drawn(rectangles, performance.now());
    if (at && !this.#keyboard.composing) this.#screen.moveKeyTarget(at);
  }

  [Symbol.dispose](): void {
    this.#resources.dispose();
  }

  #press(event: PointerEvent): void {
    this.focus();
    this.#keyboard.caretMoved();
    const { stage, size } = this.#screen;
    const at = desktopPoint(event, stage.getBoundingClientRect(), size);
    this.#caret.clicked(at);
    this.#screen.moveKeyTarget(at);
  }
}
