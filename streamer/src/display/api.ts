/** What the rest of the streamer knows of the X display. Positions and sizes are device pixels of the desktop. */
import type { ClipOffer, CursorShape } from '@deskside/protocol';

export interface Size {
  width: number;
  height: number;
}

/** An XKB layout, by its names in xkeyboard-config. */
export interface Layout {
  /** E.g. `de`. */
  layout: string;
  /** E.g. `dvorak`; undefined: the layout's usual form. */
  variant?: string | undefined;
}

export interface Locks {
  capsLock: boolean;
  numLock: boolean;
}

export interface DisplayEvents {
  onCursor(cursor: CursorShape): void;
  onSize(size: Size): void;
  /** A program of the desktop has copied. */
  onClip(clip: ClipOffer): void;
  /** Keys mean something else from now on. */
  onLayout(layout: Layout): void;
  /** The X server is gone or back; input that comes meanwhile is dropped. */
  onPresence(present: boolean): void;
}

/** One X display: pointer, keys, cursor, size. Input is in order; none of these waits for the X server. */
export interface Display extends AsyncDisposable {
  readonly size: Size;
  /** The newest shape, for a viewer that joins; undefined before the first. */
  readonly cursor: CursorShape | undefined;
  /** The layout that was set last, or that the X server came with; undefined: it does not say. */
  readonly layout: Layout | undefined;
  /** What a program has copied last, or was offered to them; undefined before the first. */
  readonly clip: ClipOffer | undefined;
  /** Calls back until the result is disposed of. */
  on(events: Partial<DisplayEvents>): Disposable;
  movePointer(x: number, y: number): void;
  /** Relative, for games and 3-D tools. */
  movePointerBy(dx: number, dy: number): void;
  /** `buttons` as in `MouseEvent.buttons`: presses and releases what differs from now. */
  setButtons(buttons: number): void;
  /** 120 to a notch, positive is down and right; fractions add up. */
  wheel(dx: number, dy: number): void;
  /**
   * `code` as in `KeyboardEvent.code`; unknown ones do nothing and answer false.
   *
   * @param gives what the key gives at the viewer: one character, or `AltGraph`. Where the layout here has something
   *   else at that position, what it gives there counts; while Ctrl, Alt or Super is down, its key is pressed.
   */
  key(code: string, down: boolean, gives?: string): boolean;
  /** Types text, mapping spare keycodes for what the layout lacks. */
  text(text: string): void;
  /** How long ago the last key or character was pressed, ms; 0 while some still wait for a spare keycode. */
  readonly rest: number;
  /** Puts Caps and Num Lock into the state that they have at the viewer's keyboard. */
  syncLocks(locks: Locks): void;
  /**
   * What keys mean from now on; input that follows waits for it. Survives the X server.
   *
   * @throws Error if there is no such layout, or the program that sets it is missing
   */
  setLayout(layout: Layout): Promise<void>;
  /**
   * Takes the layout that fits best what keys gave at a viewer, if it fits better than the one of now.
   *
   * @param pairs `KeyboardEvent.code` and what it gave
   * @throws Error if the program that sets it is missing
   */
  followKeyboard(pairs: Iterable<readonly [code: string, key: string]>): Promise<void>;
  /** Gives programs something to paste, at once: those that ask before its bytes are there wait. Survives the X server. */
  offerClip(clip: ClipOffer): void;
  /** Lifts every key and button that came through this object. */
  releaseAll(): void;
  /** @throws Error naming the limit if the X server cannot have this size */
  resize(size: Size): Promise<void>;
  /**
   * Size of text, widgets and cursors in programs: 1 is right where a CSS pixel is a device pixel, 2 on a screen twice
   * as dense. Survives the X server.
   */
  setScale(scale: number): Promise<void>;
}
