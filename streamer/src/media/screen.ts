/** The screen of an X server as pixels in memory, and what changed in it. */
import type { Rectangle } from '@deskside/protocol';
import { CopiedScreen } from './copied-screen.ts';
import type { Framebuffer, ScreenMemory, Size } from './framebuffer.ts';
import { XDamage, type XDamageListener } from './x-damage.ts';
import { XvfbScreen } from './xvfb-screen.ts';

export interface Changes {
  /** The framebuffer is another one than before, of another size. */
  resized: boolean;
  /** When the pixels were read, ms on `performance`'s clock. */
  time: number;
  /** Changed rectangles, within the screen. They may touch but not overlap. */
  rectangles: Rectangle[];
  /** The pixels are those of one moment; else some may be newer, of which the next reading tells. */
  still: boolean;
}

export class XScreen implements Disposable {
  /**
   * @param display e.g. `:1`; the X cookie comes from `XAUTHORITY`
   * @param listener is told of what `read` has to tell
   * @param segment number of the System V segment that the X server draws in, if it does
   * @throws Error saying what this X server lacks
   */
  static async connect(display: string, listener: XDamageListener, segment?: number): Promise<XScreen> {
    using stack = new DisposableStack();
    const damage = stack.use(await XDamage.watch(display, listener));
    const { requests } = damage;
    if (requests.depth !== 24 && requests.depth !== 32) {
      throw new Error(
        `The X server ${display} has a depth of ${requests.depth} bits, Deskside needs 24: start it as Xvfb -screen 0 1920x1080x24.`,
      );
    }
    const memory = stack.use(
      segment === undefined ? await CopiedScreen.of(requests) : new XvfbScreen(requests, segment),
    );
    const screen = new XScreen(damage, memory, stack.move());
    await screen.read(
      () => true,
      () => {},
    );
    return screen;
  }

  readonly #damage: XDamage;
  readonly #memory: ScreenMemory;
  readonly #stack: DisposableStack;
  #framebuffer!: Framebuffer;
  /** Whether the last reading had to be of one moment. */
  #needed = false;

  private constructor(damage: XDamage, memory: ScreenMemory, stack: DisposableStack) {
    this.#damage = damage;
    this.#memory = memory;
    this.#stack = stack;
  }

  /** Its pixels are to be looked at within `read` only. */
  get framebuffer(): Framebuffer {
    return this.#framebuffer;
  }

  /**
   * Brings the framebuffer up to date. One call at a time.
   *
   * @param needsStill whether the pixels have to be those of one moment, if this is what changed; else programs are not
   *   held up in the middle of what they draw
   * @param look is told what changed; it must not take long, since the desktop may stand still meanwhile
   */
  async read(
    needsStill: (changed: readonly Rectangle[]) => boolean,
    look: (changes: Changes) => void,
  ): Promise<void> {
    // What needed it will need it again, most likely; to find out later takes another round trip.
    let held = this.#needed || needsStill([]);
    if (held) this.#memory.hold();
    try {
      let damaged = await this.#damage.take();
      this.#needed = this.#sizeChanged() || needsStill(damaged);
      if (this.#needed && !held) {
        this.#memory.hold();
        held = true;
        damaged = await this.#damage.takeMore();
      }
      look({ ...(await this.#update(damaged)), still: held });
    } finally {
      if (held) this.#memory.release();
    }
  }

  [Symbol.dispose](): void {
    this.#stack[Symbol.dispose]();
  }

  #sizeChanged(): boolean {
    const { width, height } = this.#damage.size;
    return width !== this.#framebuffer?.width || height !== this.#framebuffer.height;
  }

  async #update(damaged: readonly Rectangle[]): Promise<Omit<Changes, 'still'>> {
    const resized = this.#sizeChanged();
    if (resized) this.#framebuffer = await this.#memory.resize(this.#damage.size);
    const time = performance.now();
    const { width, height } = this.#framebuffer;
    const rectangles = resized ? [{ x: 0, y: 0, width, height }] : clip(damaged, this.#framebuffer);
    await this.#readPixels(rectangles);
    return this.#sizeChanged() ? this.#update([]) : { resized, time, rectangles };
  }

  /** What it read does not count if the size has changed after it. */
  async #readPixels(rectangles: readonly Rectangle[]): Promise<void> {
    try {
      await this.#memory.update(rectangles);
    } catch (error) {
      // The screen shrank under the request; the event that tells so came before its answer.
      if (!this.#sizeChanged()) throw error;
    }
  }
}

/** Windows may be larger than the screen, and so their damage. */
function clip(rectangles: readonly Rectangle[], screen: Size): Rectangle[] {
  const result: Rectangle[] = [];
  for (const rectangle of rectangles) {
    const x = Math.max(0, rectangle.x);
    const y = Math.max(0, rectangle.y);
    const width = Math.min(screen.width, rectangle.x + rectangle.width) - x;
    const height = Math.min(screen.height, rectangle.y + rectangle.height) - y;
    if (width > 0 && height > 0) result.push({ x, y, width, height });
  }
  return result;
}
