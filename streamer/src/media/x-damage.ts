import type { Socket } from 'node:net';
import type { Rectangle } from '@deskside/protocol';
import type { Size } from './framebuffer.ts';
import { hearEvents } from './x-events.ts';
import { XRequests } from './x-requests.ts';
import { xcb } from './xcb.ts';

export interface XDamageListener {
  /** There is damage to be taken, or the root window may have another size. Not repeated before damage was taken. */
  onChange(): void;
  /** The X server is gone. */
  onLost(error: Error): void;
}

/** What was drawn anywhere on an X server's first screen since it was last asked, by the extensions DAMAGE and XFIXES. */
export class XDamage implements Disposable {
  /** @throws Error saying what this X server lacks */
  static async watch(display: string, listener: XDamageListener): Promise<XDamage> {
    using stack = new DisposableStack();
    const requests = stack.use(await XRequests.open(display));
    const told = stack.use(await XRequests.open(display));
    const damage = new XDamage(requests, told);
    await damage.#begin(listener);
    // It disposes of them from now on.
    stack.move();
    return damage;
  }

  readonly requests: XRequests;
  /** Who is told: it hears events as they come, and asks for nothing. */
  readonly #told: XRequests;
  readonly #damage: number;
  /** What was damaged, and what more. */
  readonly #region: number;
  readonly #more: number;
  #events: Socket | undefined;
  #size: Size = { width: 0, height: 0 };

  private constructor(requests: XRequests, told: XRequests) {
    this.requests = requests;
    this.#told = told;
    requests.onEvent = (event) => this.#noteSize(event);
    this.#damage = this.#told.newId();
    this.#region = this.requests.newId();
    this.#more = this.requests.newId();
  }

  /** The root window's, as of the last answer. */
  get size(): Size {
    return this.#size;
  }

  /** Takes the damage: rectangles that do not overlap, from the top. One call at a time. */
  take(): Promise<Rectangle[]> {
    const { connection } = this.requests;
    xcb().subtractDamage(connection, this.#damage, 0, this.#region);
    return this.#fetch(this.#region);
  }

  /** What was damaged since, together with what the last `take` took. */
  takeMore(): Promise<Rectangle[]> {
    const { connection } = this.requests;
    xcb().subtractDamage(connection, this.#damage, 0, this.#more);
    xcb().uniteRegions(connection, this.#region, this.#more, this.#more);
    return this.#fetch(this.#more);
  }

  [Symbol.dispose](): void {
    this.#events?.removeAllListeners('close').destroy();
    this.#told[Symbol.dispose]();
    this.requests[Symbol.dispose]();
  }

  async #begin({ onChange, onLost }: XDamageListener): Promise<void> {
    const { changeWindow, createRegion, createDamage, getGeometry } = xcb();
    const { requests } = this;
    for (const one of [requests, this.#told]) {
      await agreeOnVersions(one);
      changeWindow(one.connection, one.root, EVENT_MASK, STRUCTURE_NOTIFY);
    }
    createRegion(requests.connection, this.#region, 0, null);
    createRegion(requests.connection, this.#more, 0, null);
    // The X server must know the damage before the other connection asks for it.
    const { connection, root } = this.#told;
    createDamage(connection, this.#damage, root, NON_EMPTY);
    await this.#told.answer(getGeometry(connection, root));
    const geometry = await requests.answer(getGeometry(requests.connection, root));
    this.#size = readSize(geometry, GEOMETRY_SIZE);
    this.#events = hearEvents(connection, {
      onEvent: onChange,
      onEnd: () => onLost(new Error('The X server closed the connection.')),
    });
  }

  async #fetch(region: number): Promise<Rectangle[]> {
    const answer = await this.requests.answer(xcb().fetchRegion(this.requests.connection, region));
    const rectangles: Rectangle[] = [];
    const end = REGION_RECTANGLES + answer.getUint32(LENGTH_IN_WORDS, true) * 4;
    for (let at = REGION_RECTANGLES; at < end; at += 8) {
      rectangles.push({
        x: answer.getInt16(at, true),
        y: answer.getInt16(at + 2, true),
        width: answer.getUint16(at + 4, true),
        height: answer.getUint16(at + 6, true),
      });
    }
    return rectangles;
  }

  #noteSize(event: DataView): void {
    const isOfRoot = event.getUint32(CONFIGURE_WINDOW, true) === this.requests.root;
    // What programs send has another number.
    if (event.getUint8(0) === CONFIGURE_NOTIFY && isOfRoot) this.#size = readSize(event, CONFIGURE_SIZE);
  }
}

/** What a connection has not agreed on it may not use. */
async function agreeOnVersions(requests: XRequests): Promise<void> {
  await requests.requireExtension('DAMAGE');
  await requests.requireExtension('XFIXES');
  await requests.answer(xcb().damageVersion(requests.connection, 1, 1));
  await requests.answer(xcb().fixesVersion(requests.connection, 4, 0));
}

function readSize(bytes: DataView, at: number): Size {
  return { width: bytes.getUint16(at, true), height: bytes.getUint16(at + 2, true) };
}

/** Values of the X protocol (and of DAMAGE), and where its fields lie, bytes. */
const STRUCTURE_NOTIFY = new Uint32Array([1 << 17]);
const EVENT_MASK = 1 << 11;
const NON_EMPTY = 3;
const CONFIGURE_NOTIFY = 22;
const CONFIGURE_WINDOW = 8;
const CONFIGURE_SIZE = 20;
const LENGTH_IN_WORDS = 4;
const GEOMETRY_SIZE = 16;
const REGION_RECTANGLES = 32;
