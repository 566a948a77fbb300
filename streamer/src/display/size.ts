import { MIN_SCREEN_SIDE } from '@deskside/protocol';
import type { Size } from './api.ts';
import type { XConnection } from './x-connection.ts';
import type { ModeInfo, OutputInfo, ScreenResources, SizeRange } from './x-protocol.ts';

/** RANDR, section 5: an output that shows something, and the upright picture. */
const CONNECTED = 0;
const ROTATE_0 = 1;
const CURRENT_TIME = 0;
const SUCCESS = 0;

const MM_PER_INCH = 25.4;
/** Dots per inch of a screen on which a CSS pixel is a device pixel. */
const DPI = 96;

interface Pending {
  size: Size;
  done: Promise<void>;
}

/** The size of the screen of one X server. */
export class ScreenSize {
  readonly #x: XConnection;
  readonly #limit: Size;
  readonly #onSize: (size: Size) => void;
  #now: Size;
  #running: Promise<void> | undefined;
  /** What comes after the switch that is under way: the newest wish. */
  #next: Pending | undefined;
  /** The mode that was made for the size of now. */
  #ownMode: number | undefined;

  /**
   * @param limit largest size that may be asked for
   * @param onSize told of each change, whoever made it
   */
  static async open(x: XConnection, limit: Size, onSize: (size: Size) => void): Promise<ScreenSize> {
    x.randr.SelectInput(x.root, x.randr.NotifyMask.ScreenChange);
    return new ScreenSize(x, limit, await readSize(x), onSize);
  }

  private constructor(x: XConnection, limit: Size, now: Size, onSize: (size: Size) => void) {
    this.#x = x;
    this.#limit = limit;
    this.#now = now;
    this.#onSize = onSize;
    x.onEvent(({ name }) => {
      if (name === 'RRScreenChangeNotify' && !this.#running) this.#look().catch(() => {});
    });
  }

  get now(): Size {
    return this.#now;
  }

  /**
   * Resolves when the screen has this size, or a newer one that was asked for meanwhile.
   *
   * @throws Error naming the limit, or why the X server could not
   */
  async set(size: Size): Promise<void> {
    await this.#check(size);
    if (!this.#running) return this.#start(size);
    if (this.#next) {
      this.#next.size = size;
      return this.#next.done;
    }
    const next: Pending = { size, done: this.#running.catch(() => {}).then(() => this.#start(next.size)) };
    this.#next = next;
    return next.done;
  }

  #start(size: Size): Promise<void> {
    this.#next = undefined;
    this.#running = this.#switch(size).finally(async () => {
      this.#running = undefined;
      await this.#look();
    });
    return this.#running;
  }

  async #check(size: Size): Promise<void> {
    const { maxWidth, maxHeight } = await this.#x.ask<SizeRange>((callback) =>
      this.#x.randr.GetScreenSizeRange(this.#x.root, callback),
    );
    const { width, height } = size;
    const limit = {
      width: Math.min(maxWidth, this.#limit.width),
      height: Math.min(maxHeight, this.#limit.height),
    };
    const fits = (side: number, most: number) =>
      Number.isInteger(side) && side >= MIN_SCREEN_SIDE && side <= most;
    if (fits(width, limit.width) && fits(height, limit.height)) return;
    throw new Error(
      `The desktop cannot be ${width}x${height}: from ${MIN_SCREEN_SIDE}x${MIN_SCREEN_SIDE} to ` +
        `${limit.width}x${limit.height} is possible. Set --max-size for more.`,
    );
  }

  /** The framebuffer must hold both the old and the new mode while they change places. */
  async #switch({ width, height }: Size): Promise<void> {
    const { randr } = this.#x;
    const { now } = this;
    if (width === now.width && height === now.height) return;
    const { output, crtc, modes, configTime } = await this.#findOutput();
    const fitting = modes.find((mode) => mode.width === width && mode.height === height);
    const mode = fitting?.id ?? (await this.#makeMode(output, { width, height }));
    this.#setFramebuffer(Math.max(width, now.width), Math.max(height, now.height));
    const { status } = await this.#x.ask<{ status: number }>((callback) =>
      randr.SetCrtcConfig(crtc, CURRENT_TIME, configTime, 0, 0, mode, ROTATE_0, [output], callback),
    );
    if (status !== SUCCESS) {
      this.#setFramebuffer(now.width, now.height);
      throw new Error(`The X server refused a screen of ${width}x${height} (RANDR status ${status}).`);
    }
    this.#setFramebuffer(width, height);
    const former = this.#ownMode;
    this.#ownMode = fitting ? undefined : mode;
    if (former === undefined || former === mode) return;
    randr.DeleteOutputMode(output, former);
    randr.DestroyMode(former);
  }

  async #findOutput(): Promise<{ output: number; crtc: number; modes: ModeInfo[]; configTime: number }> {
    const { randr, root } = this.#x;
    const resources = await this.#x.ask<ScreenResources>((callback) =>
      randr.GetScreenResourcesCurrent(root, callback),
    );
    const configTime = resources.config_timestamp;
    for (const output of resources.outputs) {
      const info = await this.#x.ask<OutputInfo>((callback) =>
        randr.GetOutputInfo(output, configTime, callback),
      );
      const crtc = info.crtc || info.crtcs[0];
      if (info.connection !== CONNECTED || !crtc) continue;
      return {
        output,
        crtc,
        modes: resources.modeinfos.filter(({ id }) => info.modes.includes(id)),
        configTime,
      };
    }
    throw new Error('This X server has no output whose size could be set. Leave the size as it is.');
  }

  async #makeMode(output: number, { width, height }: Size): Promise<number> {
    const { randr, root } = this.#x;
    const mode = await this.#x.ask<number>((callback) =>
      randr.CreateMode(root, { width, height, name: `${width}x${height}` }, callback),
    );
    randr.AddOutputMode(output, mode);
    return mode;
  }

  #setFramebuffer(width: number, height: number): void {
    const millimetres = (pixels: number) => Math.round((pixels * MM_PER_INCH) / DPI);
    this.#x.randr.SetScreenSize(this.#x.root, width, height, millimetres(width), millimetres(height));
  }

  async #look(): Promise<void> {
    const size = await readSize(this.#x);
    if (this.#running || (size.width === this.#now.width && size.height === this.#now.height)) return;
    this.#now = size;
    this.#onSize(size);
  }
}

function readSize(x: XConnection): Promise<Size> {
  return x
    .ask<Size>((callback) => x.client.GetGeometry(x.root, callback))
    .then(({ width, height }) => ({ width, height }));
}
