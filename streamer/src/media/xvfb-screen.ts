import type { Framebuffer, ScreenMemory, Size } from './framebuffer.ts';
import { SharedMemory } from './shared-memory.ts';
import type { XRequests } from './x-requests.ts';
import { xcb } from './xcb.ts';

/**
 * The screen of an Xvfb that runs with `-shmem`: the very memory in which it draws. Nothing is copied; so that nobody
 * sees half a drawing, the X server serves nobody else while the pixels are held. That is for as long as it would
 * have taken to copy them.
 */
export class XvfbScreen implements ScreenMemory {
  readonly #requests: XRequests;
  readonly #memory: SharedMemory;
  readonly #layout: Layout;

  /**
   * @param requests that may use XFIXES 4
   * @param segment number of the System V segment
   * @throws Error if there is no such segment, or something else in it
   */
  constructor(requests: XRequests, segment: number) {
    this.#requests = requests;
    this.#memory = SharedMemory.attach(segment);
    this.#layout = layoutOf(this.#memory.bytes);
    // Xvfb draws the pointer into the picture; viewers draw it themselves.
    xcb().hideCursor(requests.connection, requests.root);
  }

  hold(): void {
    xcb().grabServer(this.#requests.connection);
  }

  release(): void {
    xcb().ungrabServer(this.#requests.connection);
    this.#requests.flush();
  }

  /** RANDR's sizes are a part of the memory, from its upper left. */
  resize({ width, height }: Size): Promise<Framebuffer> {
    const { offset, stride } = this.#layout;
    return Promise.resolve({
      width,
      height,
      stride,
      address: this.#memory.address + offset,
      words: new Uint32Array(this.#memory.bytes, offset, (height * stride) / 4),
    });
  }

  async update(): Promise<void> {}

  [Symbol.dispose](): void {
    this.#memory[Symbol.dispose]();
  }
}

interface Layout {
  /** Where the pixels begin, bytes. */
  offset: number;
  /** Bytes from one row to the next. */
  stride: number;
}

/** Of a picture as `xwd` has it, big-endian words (X11/XWDFile.h): header, window's name, colours of 12 bytes, pixels. */
function layoutOf(file: ArrayBuffer): Layout {
  const header = new DataView(file, 0, HEADER_WORDS * 4);
  const word = (index: number) => header.getUint32(index * 4);
  const offset = word(HEADER_SIZE) + word(COLOURS) * COLOUR_BYTES;
  const stride = word(BYTES_PER_LINE);
  const fits = offset % 4 === 0 && offset + stride * word(HEIGHT) <= file.byteLength;
  if (word(VERSION) !== 7 || word(BITS_PER_PIXEL) !== 32 || !fits) {
    throw new Error(
      'The X server has something else in its shared memory than a picture of 32 bits a pixel.',
    );
  }
  return { offset, stride };
}

const HEADER_WORDS = 25;
const HEADER_SIZE = 0;
const VERSION = 1;
const HEIGHT = 5;
const BITS_PER_PIXEL = 11;
const BYTES_PER_LINE = 12;
const COLOURS = 19;
const COLOUR_BYTES = 12;
