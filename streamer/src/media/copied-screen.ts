import type { Rectangle } from '@deskside/protocol';
import type { Framebuffer, ScreenMemory, Size } from './framebuffer.ts';
import { boundingBox, size } from './rectangle.ts';
import { SharedMemory } from './shared-memory.ts';
import type { XRequests } from './x-requests.ts';
import { type Sequence, xcb } from './xcb.ts';

/** The screen of any X server of this machine: a copy of it, which the server writes by MIT-SHM. */
export class CopiedScreen implements ScreenMemory {
  /** @throws Error if the X server lacks the extension */
  static async of(requests: XRequests): Promise<CopiedScreen> {
    await requests.requireExtension('MIT-SHM');
    await requests.answer(xcb().shmVersion(requests.connection));
    return new CopiedScreen(requests);
  }

  readonly #requests: XRequests;
  #copy: ScreenCopy | undefined;

  private constructor(requests: XRequests) {
    this.#requests = requests;
  }

  /** Nothing comes into the copy but by `update`. */
  hold(): void {}
  release(): void {}

  async resize(screen: Size): Promise<Framebuffer> {
    this.#copy?.[Symbol.dispose]();
    this.#copy = await ScreenCopy.create(this.#requests, screen);
    return this.#copy;
  }

  async update(rectangles: readonly Rectangle[]): Promise<void> {
    await this.#copy!.read(rectangles);
  }

  [Symbol.dispose](): void {
    this.#copy?.[Symbol.dispose]();
  }
}

/** A System V segment that the X server is attached to: the picture, and behind it room for what comes from the server. */
class ScreenCopy implements Framebuffer, Disposable {
  static async create(requests: XRequests, { width, height }: Size): Promise<ScreenCopy> {
    const memory = SharedMemory.create(2 * width * height * 4);
    const segment = requests.newId();
    try {
      await requests.done(xcb().attachChecked(requests.connection, segment, memory.id, 0));
    } catch (error) {
      memory[Symbol.dispose]();
      throw new Error(
        'The X server cannot attach our shared memory. It has to run as the same user and in the same IPC namespace (container) as Deskside.',
        { cause: error },
      );
    }
    return new ScreenCopy(requests, segment, memory, width, height);
  }

  readonly width: number;
  readonly height: number;
  readonly stride: number;
  readonly address: number;
  readonly words: Uint32Array;
  readonly #requests: XRequests;
  readonly #segment: number;
  readonly #memory: SharedMemory;
  readonly #arrived: Uint32Array;

  private constructor(
    requests: XRequests,
    segment: number,
    memory: SharedMemory,
    width: number,
    height: number,
  ) {
    this.#requests = requests;
    this.#segment = segment;
    this.#memory = memory;
    this.width = width;
    this.height = height;
    this.stride = width * 4;
    this.address = memory.address;
    this.words = new Uint32Array(memory.bytes, 0, width * height);
    this.#arrived = new Uint32Array(memory.bytes, this.words.byteLength);
  }

  async read(rectangles: readonly Rectangle[]): Promise<void> {
    let room = 0;
    // All are asked for before the first answer is waited for.
    const asked = bands(rectangles).map(({ box, damaged }) => {
      if (damaged.length === 1 && box.width === this.width)
        return { request: this.#get(box, box.y * this.width) };
      const from = room;
      room += size(box);
      const request = this.#get(box, this.words.length + from);
      return { request, take: () => this.#take(from, box, damaged) };
    });
    for (const { request, take } of asked) {
      await this.#requests.answer(request);
      take?.();
    }
  }

  /** @param at word of the segment at which the rectangle begins; its rows lie there without gaps */
  #get({ x, y, width, height }: Rectangle, at: number): Sequence {
    const { connection, root } = this.#requests;
    const place = [ALL_PLANES, Z_PIXMAP, this.#segment, at * 4] as const;
    return xcb().getImage(connection, root, x, y, width, height, ...place);
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
    xcb().detach(this.#requests.connection, this.#segment);
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
