/** The screen of an X server as pixels in memory, and what changed in it. */
import type { Rectangle } from '@deskside/protocol';
import x11, { type XClient, type XDisplay } from 'x11';
import { CopiedScreen } from './copied-screen.ts';
import type { Framebuffer, ScreenMemory, Size } from './framebuffer.ts';
import { answer } from './x-request.ts';
import { XvfbScreen } from './xvfb-screen.ts';

export interface XScreenEvents {
  /** Something was drawn, or the size changed: `read` has something to tell. Not repeated before it was called. */
  onChange(): void;
  /** The X server is gone. */
  onLost(error: Error): void;
}

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
   * @param segment number of the System V segment that the X server draws in, if it does
   * @throws Error saying what this X server lacks
   */
  static async connect(display: string, events: XScreenEvents, segment?: number): Promise<XScreen> {
    const connection = await connectTo(display);
    const client = connection.client;
    const { root, root_depth: depth } = connection.screen[0]!;
    if (depth !== 24 && depth !== 32) {
      throw new Error(
        `The X server ${display} has a depth of ${depth} bits, Deskside needs 24: start it as Xvfb -screen 0 1920x1080x24.`,
      );
    }
    const damage = await requireExtension(client, 'damage');
    const fixes = await requireExtension(client, 'fixes');
    const memory =
      segment === undefined
        ? new CopiedScreen(client, await requireExtension(client, 'shm'), root)
        : new XvfbScreen(client, fixes, root, segment);
    const result = new XScreen(client, root, { damage, fixes }, memory, events);
    // The size may have changed since the connection told it, before there were events that tell so.
    const { width, height } = await answer<Size>((done) => client.GetGeometry(root, done));
    result.#size ??= { width, height };
    await result.read(
      () => true,
      () => {},
    );
    return result;
  }

  readonly #client: XClient;
  readonly #root: number;
  readonly #extensions: Record<'damage' | 'fixes', XClient>;
  readonly #damage: number;
  /** What was damaged, and what more. */
  readonly #region: number;
  readonly #more: number;
  readonly #memory: ScreenMemory;
  #framebuffer!: Framebuffer;
  /** The root window's size as of the last event. */
  #size!: Size;
  /** Whether the last reading had to be of one moment. */
  #needed = false;
  #closing = false;

  private constructor(
    client: XClient,
    root: number,
    extensions: Record<'damage' | 'fixes', XClient>,
    memory: ScreenMemory,
    events: XScreenEvents,
  ) {
    this.#client = client;
    this.#root = root;
    this.#extensions = extensions;
    this.#memory = memory;
    this.#damage = client.AllocID();
    this.#region = client.AllocID();
    this.#more = client.AllocID();
    this.#listen(events);
    client.ChangeWindowAttributes(root, { eventMask: x11.eventMask.StructureNotify });
    extensions.fixes.CreateRegion(this.#region, []);
    extensions.fixes.CreateRegion(this.#more, []);
    extensions.damage.Create(this.#damage, root, extensions.damage.ReportLevel.NonEmpty);
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
      let damaged = await this.#takeDamage();
      this.#needed = this.#sizeChanged() || needsStill(damaged);
      if (this.#needed && !held) {
        this.#memory.hold();
        held = true;
        damaged = await this.#takeMoreDamage();
      }
      look({ ...(await this.#update(damaged)), still: held });
    } finally {
      if (held) this.#memory.release();
    }
  }

  [Symbol.dispose](): void {
    this.#closing = true;
    this.#client.terminate();
    this.#memory[Symbol.dispose]();
  }

  #listen(events: XScreenEvents): void {
    const lost = (error?: Error) => {
      if (!this.#closing) events.onLost(error ?? new Error('The X server closed the connection.'));
    };
    this.#client.on('end', () => lost());
    this.#client.on('error', lost);
    this.#client.on('event', (event: { name: string; wid: number; width: number; height: number }) => {
      if (event.name === 'ConfigureNotify' && event.wid === this.#root) {
        this.#size = { width: event.width, height: event.height };
        if (this.#sizeChanged()) events.onChange();
      } else if (event.name === 'DamageNotify') {
        events.onChange();
      }
    });
  }

  #sizeChanged(): boolean {
    const { width, height } = this.#size;
    return width !== this.#framebuffer?.width || height !== this.#framebuffer.height;
  }

  async #update(damaged: readonly Rectangle[]): Promise<Omit<Changes, 'still'>> {
    const resized = this.#sizeChanged();
    if (resized) this.#framebuffer = await this.#memory.resize(this.#size);
    const time = performance.now();
    const { width, height } = this.#framebuffer;
    const rectangles = resized ? [{ x: 0, y: 0, width, height }] : clip(damaged, this.#framebuffer);
    await this.#readPixels(rectangles);
    return this.#sizeChanged() ? this.#update([]) : { resized, time, rectangles };
  }

  /** What was damaged since, with what `#takeDamage` fetched before. */
  #takeMoreDamage(): Promise<Rectangle[]> {
    const { damage, fixes } = this.#extensions;
    damage.Subtract(this.#damage, 0, this.#more);
    fixes.UnionRegion(this.#region, this.#more, this.#more);
    return this.#fetch(this.#more);
  }

  /** Empties the damage and fetches what was in it, in one round trip. */
  #takeDamage(): Promise<Rectangle[]> {
    this.#extensions.damage.Subtract(this.#damage, 0, this.#region);
    return this.#fetch(this.#region);
  }

  async #fetch(region: number): Promise<Rectangle[]> {
    const { fixes } = this.#extensions;
    const { rectangles } = await answer<{ rectangles: Rectangle[] }>((done) =>
      fixes.FetchRegion(region, done),
    );
    return rectangles;
  }

  /** What it read does not count if the size has changed after it. */
  async #readPixels(rectangles: readonly Rectangle[]): Promise<void> {
    try {
      await this.#memory.update(rectangles);
    } catch (error) {
      // The screen shrank under the request; the event that tells so was on its way.
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

function connectTo(display: string): Promise<XDisplay> {
  return new Promise((resolve, reject) => {
    x11.createClient({ display, bufferRequests: true }, (error, connection) => {
      if (!error) return resolve(connection);
      reject(new Error(`No connection to the X server ${display}: ${error.message}`, { cause: error }));
    });
  });
}

function requireExtension(client: XClient, name: string): Promise<XClient> {
  return new Promise((resolve, reject) => {
    client.require(name, (error, extension) => {
      if (!error) return resolve(extension);
      reject(
        new Error(`The X server lacks the extension ${name}; start it without -extension.`, { cause: error }),
      );
    });
  });
}
