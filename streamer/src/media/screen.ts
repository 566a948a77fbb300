/** The screen of an X server as pixels in shared memory, and what changed in it. */
import type { Rectangle } from '@deskside/protocol';
import x11, { type XClient, type XDisplay } from 'x11';
import { boundingBox, size } from './rectangle.ts';
import { SharedMemory } from './shared-memory.ts';
import type { Pixels } from './yuv.ts';

export interface XScreenEvents {
  /** Something was drawn, or the size changed: `readChanges` has something to tell. Not repeated before it was called. */
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
}

/** The screen's pixels; `words` has one word of BGRX for each, without gaps between rows. */
export interface Framebuffer extends Pixels {
  words: Uint32Array;
}

interface Size {
  width: number;
  height: number;
}

export class XScreen implements Disposable {
  /**
   * @param display e.g. `:1`; the X cookie comes from `XAUTHORITY`
   * @throws Error saying what this X server lacks
   */
  static async connect(display: string, events: XScreenEvents): Promise<XScreen> {
    const connection = await connectTo(display);
    const client = connection.client;
    const screen = connection.screen[0]!;
    if (screen.root_depth !== 24 && screen.root_depth !== 32) {
      throw new Error(
        `The X server ${display} has a depth of ${screen.root_depth} bits, Deskside needs 24: start it as Xvfb -screen 0 1920x1080x24.`,
      );
    }
    const extensions = {
      damage: await requireExtension(client, 'damage'),
      fixes: await requireExtension(client, 'fixes'),
      shm: await requireExtension(client, 'shm'),
    };
    const result = new XScreen(client, screen.root, extensions, events);
    // The size may have changed since the connection told it, before there were events that tell so.
    const { width, height } = await answer<Size>((done) => client.GetGeometry(screen.root, done));
    result.#size ??= { width, height };
    await result.#readResized();
    return result;
  }

  readonly #client: XClient;
  readonly #root: number;
  readonly #extensions: Record<'damage' | 'fixes' | 'shm', XClient>;
  readonly #damage: number;
  readonly #region: number;
  #framebuffer!: AttachedFramebuffer;
  /** The root window's size as of the last event. */
  #size!: Size;
  #closing = false;

  private constructor(
    client: XClient,
    root: number,
    extensions: Record<'damage' | 'fixes' | 'shm', XClient>,
    events: XScreenEvents,
  ) {
    this.#client = client;
    this.#root = root;
    this.#extensions = extensions;
    this.#damage = client.AllocID();
    this.#region = client.AllocID();
    this.#listen(events);
    client.ChangeWindowAttributes(root, { eventMask: x11.eventMask.StructureNotify });
    extensions.fixes.CreateRegion(this.#region, []);
    extensions.damage.Create(this.#damage, root, extensions.damage.ReportLevel.NonEmpty);
  }

  /** What `readChanges` filled last. */
  get framebuffer(): Framebuffer {
    return this.#framebuffer;
  }

  /** Brings the framebuffer up to date. One call at a time. */
  async readChanges(): Promise<Changes> {
    if (this.#sizeChanged()) return this.#readResized();
    const rectangles = await this.#takeDamage();
    const time = performance.now();
    await this.#read(rectangles);
    return this.#sizeChanged() ? this.#readResized() : { resized: false, time, rectangles };
  }

  [Symbol.dispose](): void {
    this.#closing = true;
    this.#client.terminate();
    this.#framebuffer?.[Symbol.dispose]();
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

  async #readResized(): Promise<Changes> {
    await this.#replaceFramebuffer();
    const time = performance.now();
    const rectangles = await this.#readWhole();
    return this.#sizeChanged() ? this.#readResized() : { resized: true, time, rectangles };
  }

  async #readWhole(): Promise<Rectangle[]> {
    await this.#takeDamage();
    const whole = { x: 0, y: 0, width: this.#framebuffer.width, height: this.#framebuffer.height };
    await this.#read([whole]);
    return [whole];
  }

  async #replaceFramebuffer(): Promise<void> {
    const { width, height } = this.#size;
    this.#framebuffer?.[Symbol.dispose]();
    this.#framebuffer = await AttachedFramebuffer.create(this.#client, this.#extensions.shm, width, height);
  }

  /** Empties the damage and fetches what was in it, in one round trip. */
  async #takeDamage(): Promise<Rectangle[]> {
    const { damage, fixes } = this.#extensions;
    damage.Subtract(this.#damage, 0, this.#region);
    const { rectangles } = await answer<{ rectangles: Rectangle[] }>((done) =>
      fixes.FetchRegion(this.#region, done),
    );
    return clip(rectangles, this.#framebuffer);
  }

  /** What it read does not count if the size has changed after it. */
  async #read(rectangles: readonly Rectangle[]): Promise<void> {
    try {
      await this.#framebuffer.read(this.#root, rectangles);
    } catch (error) {
      // The screen shrank under the request; the event that tells so was on its way.
      if (!this.#sizeChanged()) throw error;
    }
  }
}

/** A System V segment that the X server is attached to: the picture, and behind it room for what comes from the server. */
class AttachedFramebuffer implements Framebuffer, Disposable {
  static async create(
    client: XClient,
    shm: XClient,
    width: number,
    height: number,
  ): Promise<AttachedFramebuffer> {
    const memory = new SharedMemory(2 * width * height * 4);
    const segment = client.AllocID();
    try {
      await answer((done) => shm.Attach(segment, memory.id, false, done));
    } catch (error) {
      memory[Symbol.dispose]();
      throw new Error(
        'The X server cannot attach our shared memory. It has to run as the same user and in the same IPC namespace (container) as Deskside.',
        { cause: error },
      );
    }
    return new AttachedFramebuffer(shm, segment, memory, width, height);
  }

  readonly width: number;
  readonly height: number;
  readonly stride: number;
  readonly address: number;
  readonly words: Uint32Array;
  readonly #shm: XClient;
  readonly #segment: number;
  readonly #memory: SharedMemory;
  readonly #arrived: Uint32Array;

  private constructor(shm: XClient, segment: number, memory: SharedMemory, width: number, height: number) {
    this.#shm = shm;
    this.#segment = segment;
    this.#memory = memory;
    this.width = width;
    this.height = height;
    this.stride = width * 4;
    this.address = memory.address;
    this.words = new Uint32Array(memory.bytes, 0, width * height);
    this.#arrived = new Uint32Array(memory.bytes, this.words.byteLength);
  }

  /**
   * Brings rectangles up to date, which come from the top, and nothing else: what was drawn beside them meanwhile is
   * damage that nobody was told of yet.
   */
  async read(root: number, rectangles: readonly Rectangle[]): Promise<void> {
    let room = 0;
    await Promise.all(
      bands(rectangles).map(({ box, damaged }) => {
        if (damaged.length === 1 && box.width === this.width) return this.#get(root, box, box.y * this.width);
        const from = room;
        room += size(box);
        return this.#get(root, box, this.words.length + from).then(() => this.#take(from, box, damaged));
      }),
    );
  }

  /** @param at word of the segment at which the rectangle begins; its rows lie there without gaps */
  #get(root: number, { x, y, width, height }: Rectangle, at: number): Promise<unknown> {
    return answer((done) =>
      this.#shm.GetImage(root, x, y, width, height, ALL_PLANES, Z_PIXMAP, this.#segment, at * 4, done),
    );
  }

  #take(from: number, box: Rectangle, damaged: readonly Rectangle[]): void {
    for (const { x, y, width, height } of damaged) {
      for (let row = y; row < y + height; row++) {
        const start = from + (row - box.y) * box.width + x - box.x;
        this.words.set(this.#arrived.subarray(start, start + width), row * this.width + x);
      }
    }
  }

  [Symbol.dispose](): void {
    this.#shm.Detach(this.#segment);
    this.#memory[Symbol.dispose]();
  }
}

const ALL_PLANES = 0xffffffff;
const Z_PIXMAP = 2;

/** Rows between two bands that are read along rather than skipped: copying them costs less than another request. */
const MAX_GAP = 64;

/** Rectangles that are read at once, by one around them. */
interface Band {
  box: Rectangle;
  damaged: Rectangle[];
}

function bands(rectangles: readonly Rectangle[]): Band[] {
  const result: Band[] = [];
  // FetchRegion answers from the top (regions of X servers are YX-banded).
  for (const rectangle of rectangles) {
    const last = result.at(-1);
    if (last && rectangle.y <= last.box.y + last.box.height + MAX_GAP) {
      last.box = boundingBox(last.box, rectangle);
      last.damaged.push(rectangle);
    } else {
      result.push({ box: rectangle, damaged: [rectangle] });
    }
  }
  return result;
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
    x11.createClient({ display }, (error, connection) => {
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

/** The answer to a request; errors of the X server reject. */
function answer<T>(request: (done: (error: Error | null, result: T) => true) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    request((error, result) => {
      if (error) reject(error);
      else resolve(result);
      return true;
    });
  });
}
