import { execFile } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import x11, { type XClient as Connection, type XDisplay } from 'x11';
import { fromBgrx, type Image } from './image.ts';

/** Where an X server is and the file with its cookie. */
export interface XAddress {
  /** E.g. `:7`. */
  display: string;
  xauthority: string;
  /** The folder with its socket, where it is not the usual one: a lab has its own. */
  sockets?: string | undefined;
}

export interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Click {
  x: number;
  y: number;
  /** X button: 1 left, 2 middle, 3 right. */
  button: number;
}

/** Format of images that hold whole pixels (X11 protocol, section 2). */
const Z_PIXMAP = 2;
/** One item of PolyText8 has at most 254 characters (X11 protocol, section 8). */
const LONGEST_TEXT_ITEM = /.{1,254}/gs;
const ALL_PLANES = 0xffffffff;
const DEPTH_WITH_ALPHA = 32;
/** Far beyond what a click takes, ms. */
const CLICK_PATIENCE_MS = 30_000;

interface XEvent {
  name: string;
  rootx: number;
  rooty: number;
  keycode: number;
  buttons: number;
}

const { ButtonPress = 0, ButtonRelease = 0, PointerMotion = 0, KeyPress = 0 } = x11.eventMask;
const POINTER_EVENTS = ButtonPress | ButtonRelease | PointerMotion;

const GRAB_ASYNC = 1;
const INPUT_OUTPUT = 1;
const COPY_FROM_PARENT = 0;

/** The shape of a pointer: pixels of 4 bytes (blue, green, red, alpha), premultiplied. */
export interface CursorPixels {
  width: number;
  height: number;
  hotX: number;
  hotY: number;
  bgra: Uint8Array;
}

/** What reaches a window of the tests. */
export type XInput =
  | { type: 'press' | 'release'; button: number; x: number; y: number; state: number }
  | { type: 'motion'; x: number; y: number };

/** An X client of the tests: draws, reads what is on the screen, and tells of input. Colours are 0xRRGGBB. */
export class XClient
  extends EventEmitter<{
    click: [Click];
    key: [keycode: number];
    input: [XInput];
  }>
  implements Disposable
{
  readonly screen: XDisplay['screen'][number];
  readonly #x: Connection;
  readonly #gc: number;
  #font: number | undefined;

  /** @throws Error if the X server is not there or wants another cookie */
  static async connect({ display, xauthority, sockets = '/tmp/.X11-unix' }: XAddress): Promise<XClient> {
    const auth = await readCookie(display, xauthority);
    const connection = await new Promise<XDisplay>((resolve, reject) => {
      const stream = connect(`${sockets}/X${display.slice(1)}`);
      x11.createClient({ display, auth, stream, bufferRequests: true }, (error, value) =>
        error ? reject(error) : resolve(value),
      );
    });
    return new XClient(connection);
  }

  private constructor({ client, screen }: XDisplay) {
    super();
    this.#x = client;
    this.screen = screen[0]!;
    this.#gc = client.AllocID();
    client.CreateGC(this.#gc, this.screen.root, { graphicsExposures: 0 });
    // A server that is killed by a test takes this connection along.
    client.on('error', () => {});
    client.on('event', ({ name, rootx: x, rooty: y, keycode: button, buttons: state }: XEvent) => {
      if (name === 'ButtonPress') this.emit('click', { x, y, button });
      if (name === 'ButtonPress') this.emit('input', { type: 'press', button, x, y, state });
      if (name === 'ButtonRelease') this.emit('input', { type: 'release', button, x, y, state });
      if (name === 'MotionNotify') this.emit('input', { type: 'motion', x, y });
      if (name === 'KeyPress') this.emit('key', button);
    });
  }

  /** A window without a frame over the whole screen; clicks and keys on it become events. */
  coverScreen(color = 0): number {
    const { pixel_width: width, pixel_height: height } = this.screen;
    return this.openWindow({ x: 0, y: 0, width, height }, color);
  }

  openWindow({ x, y, width, height }: Rectangle, color = 0): number {
    const id = this.#x.AllocID();
    const values = { backgroundPixel: color, overrideRedirect: 1, eventMask: POINTER_EVENTS | KeyPress };
    this.#x.CreateWindow(
      id,
      this.screen.root,
      x,
      y,
      width,
      height,
      0,
      COPY_FROM_PARENT,
      INPUT_OUTPUT,
      COPY_FROM_PARENT,
      values,
    );
    this.#x.MapWindow(id);
    return id;
  }

  moveWindow(window: number, x: number, y: number): void {
    this.#x.MoveWindow(window, x, y);
  }

  closeWindow(window: number): void {
    this.#x.DestroyWindow(window);
  }

  createPixmap(width: number, height: number): number {
    const id = this.#x.AllocID();
    this.#x.CreatePixmap(id, this.screen.root, this.screen.root_depth, width, height);
    return id;
  }

  fill(drawable: number, color: number, ...rectangles: Rectangle[]): void {
    this.#x.ChangeGC(this.#gc, { foreground: color });
    const flat = rectangles.flatMap(({ x, y, width, height }) => [x, y, width, height]);
    this.#x.PolyFillRectangle(drawable, this.#gc, flat);
  }

  /** Latin-1 in the server's own 6x13 font; `y` is the base line. */
  text(drawable: number, color: number, x: number, y: number, text: string): void {
    this.#x.ChangeGC(this.#gc, { foreground: color, font: this.#openFont() });
    this.#x.PolyText8(drawable, this.#gc, x, y, text.match(LONGEST_TEXT_ITEM));
  }

  /** `bgrx`: 4 bytes a pixel, row by row. */
  put(drawable: number, { x, y, width, height }: Rectangle, bgrx: Uint8Array): void {
    const depth = this.screen.root_depth;
    const data = Buffer.from(bgrx.buffer, bgrx.byteOffset, bgrx.byteLength);
    this.#x.PutImage(Z_PIXMAP, drawable, this.#gc, width, height, x, y, 0, depth, data);
  }

  /** Copies what lies at `from` into the rectangle `to`. */
  copy(source: number, from: { x: number; y: number }, destination: number, to: Rectangle): void {
    this.#x.CopyArea(source, destination, this.#gc, from.x, from.y, to.x, to.y, to.width, to.height);
  }

  /** The pointer is shown like this over a window. */
  async setCursor(window: number, { width, height, hotX, hotY, bgra }: CursorPixels): Promise<void> {
    const render = await new Promise<Connection>((resolve, reject) => {
      this.#x.require('render', (error, extension) => (error ? reject(error) : resolve(extension)));
    });
    const [pixmap, gc, picture, cursor] = Array.from({ length: 4 }, () => this.#x.AllocID());
    this.#x.CreatePixmap(pixmap, this.screen.root, DEPTH_WITH_ALPHA, width, height);
    this.#x.CreateGC(gc, pixmap, {});
    this.#x.PutImage(Z_PIXMAP, pixmap, gc, width, height, 0, 0, 0, DEPTH_WITH_ALPHA, Buffer.from(bgra));
    render.CreatePicture(picture, pixmap, render.rgba32);
    render.CreateCursor(cursor, picture, hotX, hotY);
    this.#x.ChangeWindowAttributes(window, { cursor });
  }

  /** What is on the screen now. */
  async read(rectangle: Rectangle = this.#wholeScreen()): Promise<Image> {
    const { x, y, width, height } = rectangle;
    const { data } = await new Promise<{ data: Buffer }>((resolve, reject) => {
      this.#x.GetImage(
        Z_PIXMAP,
        this.screen.root,
        x,
        y,
        width,
        height,
        ALL_PLANES,
        (error: Error | null, value: { data: Buffer }) => (error ? reject(error) : resolve(value)),
      );
    });
    return fromBgrx(width, height, data);
  }

  /** Keycodes that are down. */
  async heldKeys(): Promise<number[]> {
    const map = await new Promise<Uint8Array>((resolve, reject) => {
      this.#x.QueryKeymap((error: Error | null, value: Uint8Array) =>
        error ? reject(error) : resolve(value),
      );
    });
    return Array.from({ length: 256 }, (_, code) => code).filter(
      (code) => map[code >> 3]! & (1 << (code & 7)),
    );
  }

  /** Where the pointer is, and X's mask of buttons and modifiers. */
  async pointer(): Promise<{ x: number; y: number; mask: number }> {
    const found = await new Promise<{ rootX: number; rootY: number; keyMask: number }>((resolve, reject) => {
      this.#x.QueryPointer(this.screen.root, (error: Error | null, value: never) =>
        error ? reject(error) : resolve(value),
      );
    });
    return { x: found.rootX, y: found.rootY, mask: found.keyMask };
  }

  /** Takes pointer and keyboard for a window alone, as menus, games and screen lockers do. */
  async grab(window: number): Promise<void> {
    for (const grab of [
      (done: (error: Error | null) => void) =>
        this.#x.GrabPointer(window, false, POINTER_EVENTS, GRAB_ASYNC, GRAB_ASYNC, 0, 0, 0, done),
      (done: (error: Error | null) => void) =>
        this.#x.GrabKeyboard(window, false, 0, GRAB_ASYNC, GRAB_ASYNC, done),
    ]) {
      await new Promise<void>((resolve, reject) => grab((error) => (error ? reject(error) : resolve())));
    }
  }

  /** Waits until the X server has done all that was asked before. */
  async sync(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#x.GetInputFocus((error: Error | null) => (error ? reject(error) : resolve()));
    });
  }

  /** @throws AbortError if nobody clicks */
  async nextClick(): Promise<Click> {
    const [click] = await once(this, 'click', { signal: AbortSignal.timeout(CLICK_PATIENCE_MS) });
    return click;
  }

  [Symbol.dispose](): void {
    this.#x.terminate();
  }

  #openFont(): number {
    if (this.#font === undefined) {
      this.#font = this.#x.AllocID();
      this.#x.OpenFont(this.#font, 'fixed');
    }
    return this.#font;
  }

  #wholeScreen(): Rectangle {
    return { x: 0, y: 0, width: this.screen.pixel_width, height: this.screen.pixel_height };
  }
}

async function readCookie(display: string, file: string): Promise<{ name: string; data: string }> {
  const { stdout } = await promisify(execFile)('xauth', ['-f', file, 'list', display]);
  const [, name, hex] = stdout.trim().split(/\s+/);
  if (!name || !hex) return { name: '', data: '' };
  return { name, data: Buffer.from(hex, 'hex').toString('latin1') };
}
