import type { Rectangle } from '@deskside/protocol';
import type { XClient } from 'x11';
import type { Framebuffer, ScreenMemory, Size } from './framebuffer.ts';
import { boundingBox, size } from './rectangle.ts';
import { SharedMemory } from './shared-memory.ts';
import { answer } from './x-request.ts';

/** The screen of any X server of this machine: a copy of it, which the server writes by MIT-SHM. */
export class CopiedScreen implements ScreenMemory {
  readonly #shm: XClient;
  readonly #client: XClient;
  readonly #root: number;
  #copy: ScreenCopy | undefined;

  constructor(client: XClient, shm: XClient, root: number) {
    this.#client = client;
    this.#shm = shm;
    this.#root = root;
  }

  /** Nothing comes into the copy but by `update`. */
  hold(): void {}
  release(): void {}

  async resize(screen: Size): Promise<Framebuffer> {
    this.#copy?.[Symbol.dispose]();
    this.#copy = await ScreenCopy.create(this.#client, this.#shm, screen);
    return this.#copy;
  }

  async update(rectangles: readonly Rectangle[]): Promise<void> {
    await this.#copy!.read(this.#root, rectangles);
  }

  [Symbol.dispose](): void {
    this.#copy?.[Symbol.dispose]();
  }
}

/** A System V segment that the X server is attached to: the picture, and behind it room for what comes from the server. */
class ScreenCopy implements Framebuffer, Disposable {
  static async create(client: XClient, shm: XClient, { width, height }: Size): Promise<ScreenCopy> {
    const memory = SharedMemory.create(2 * width * height * 4);
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
    return new ScreenCopy(shm, segment, memory, width, height);
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
