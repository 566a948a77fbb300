import { XConnection } from '../x-connection.ts';
import { eventMask, type XEvent } from '../x-protocol.ts';

const INPUT_OUTPUT = 1;
const COPY_FROM_PARENT = 0;
const REVERT_TO_PARENT = 2;
const GRAB_ASYNC = 1;

/** An X program that covers the screen, has the focus, and writes down what reaches it. */
export class Witness implements AsyncDisposable {
  readonly x: XConnection;
  readonly events: XEvent[] = [];
  readonly window: number;
  readonly #listeners = new Set<() => void>();

  static async open(display: string): Promise<Witness> {
    const x = await XConnection.open(display);
    const witness = new Witness(x);
    await x.sync();
    x.client.SetInputFocus(witness.window, REVERT_TO_PARENT);
    await x.sync();
    return witness;
  }

  private constructor(x: XConnection) {
    this.x = x;
    this.window = x.client.AllocID();
    const { KeyPress, KeyRelease, ButtonPress, ButtonRelease, PointerMotion } = eventMask;
    x.client.CreateWindow(
      this.window,
      x.root,
      0,
      0,
      4000,
      4000,
      0,
      COPY_FROM_PARENT,
      INPUT_OUTPUT,
      COPY_FROM_PARENT,
      {
        overrideRedirect: 1,
        eventMask: KeyPress! | KeyRelease! | ButtonPress! | ButtonRelease! | PointerMotion!,
      },
    );
    x.client.MapWindow(this.window);
    x.onEvent((event) => {
      this.events.push(event);
      for (const listener of this.#listeners) listener();
    });
  }

  /** Resolves as soon as the condition holds; it is tried after each event. */
  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!condition()) return;
        this.#listeners.delete(look);
        resolve();
      };
      this.#listeners.add(look);
      look();
    });
  }

  /** `KeyPress 38`, `ButtonRelease 1` and so on, in order, without motion. */
  get presses(): string[] {
    return this.events
      .filter(({ name }) => name?.startsWith('Key') || name?.startsWith('Button'))
      .map(({ name, keycode }) => `${name} ${keycode}`);
  }

  count(name: string, detail: number): number {
    return this.events.filter((event) => event.name === name && event.keycode === detail).length;
  }

  /** Keycodes that are down. */
  async keysDown(): Promise<number[]> {
    const bits = await this.x.ask<Buffer>((callback) => this.x.client.QueryKeymap(callback));
    return Array.from({ length: 256 }, (_, keycode) => keycode).filter(
      (keycode) => (bits[keycode >> 3]! & (1 << (keycode & 7))) !== 0,
    );
  }

  /** Position and X's mask of buttons and modifiers. */
  async pointer(): Promise<{ x: number; y: number; mask: number }> {
    const { rootX, rootY, keyMask } = await this.x.ask<{ rootX: number; rootY: number; keyMask: number }>(
      (callback) => this.x.client.QueryPointer(this.x.root, callback),
    );
    return { x: rootX, y: rootY, mask: keyMask };
  }

  /** Takes the keyboard for this window alone. */
  async grabKeyboard(): Promise<void> {
    await this.x.ask<number>((callback) =>
      this.x.client.GrabKeyboard(this.window, false, 0, GRAB_ASYNC, GRAB_ASYNC, callback),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.x[Symbol.asyncDispose]();
  }
}
