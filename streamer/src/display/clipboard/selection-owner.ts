import type { ClipItem, ClipOffer } from '@deskside/protocol';
import type { XConnection } from '../x-connection.ts';
import { eventMask, type XEvent } from '../x-protocol.ts';
import { type Targets, toSelection } from './targets.ts';

/** What goes into a property as a whole, and one piece of what does not, bytes: half of X11's smallest request limit. */
const MAX_PIECE = 128 * 1024;

/** How long a program may take to take the next piece, ms. */
const PATIENCE = 10_000;

/** Programs that are being given something at once; one that asks without taking must not fill the memory. */
const MAX_GIVING = 32;

const REPLACE = 0;
const NONE = 0;
const CURRENT_TIME = 0;
/** PropertyNotify: the value was taken away (X11 protocol, section 11). */
const DELETED = 1;

interface Request {
  time: number;
  requestor: number;
  selection: number;
  target: number;
  property: number;
}

/** Gives programs what viewers copied: owns selections and answers who asks (ICCCM, sections 2.2 and 2.7.2). */
export class SelectionOwner {
  readonly #x: XConnection;
  readonly #window: number;
  readonly #targets: Targets;
  /** What is given, and since when, by selection. */
  readonly #offers = new Map<number, { clip: ClipOffer; since: number }>();
  readonly #takers = new Map<string, () => void>();
  #giving = 0;

  constructor(x: XConnection, window: number, targets: Targets) {
    this.#x = x;
    this.#window = window;
    this.#targets = targets;
    x.onEvent((event) => this.#react(event));
  }

  /** Takes the selection. */
  offer(selection: number, clip: ClipOffer): void {
    this.#offers.set(selection, { clip, since: CURRENT_TIME });
    this.#x.client.SetSelectionOwner(this.#window, selection, CURRENT_TIME);
  }

  /** The X server's time at which we got the selection, which programs may ask for. */
  confirm(selection: number, since: number): void {
    const offer = this.#offers.get(selection);
    if (offer) offer.since = since;
  }

  #react(event: XEvent): void {
    if (event.name === 'SelectionClear') this.#offers.delete(event.selection!);
    if (event.name === 'PropertyNotify' && event.state === DELETED) {
      this.#takers.get(`${event.wid} ${event.atom}`)?.();
    }
    // X servers send this event with all of these.
    if (event.name === 'SelectionRequest') void this.#answer(event as unknown as Request);
  }

  async #answer(request: Request): Promise<void> {
    // ICCCM, section 2.2: clients of old leave the property to us.
    const property = request.property === NONE ? request.target : request.property;
    let given = false;
    if (this.#giving < MAX_GIVING) {
      this.#giving++;
      given = await this.#give({ ...request, property }).catch(() => false);
      this.#giving--;
    }
    if (!given && this.#x.open) this.#notify(request, NONE);
  }

  /** Whether the requestor was told of what it asked for. */
  async #give(request: Request): Promise<boolean> {
    const offer = this.#offers.get(request.selection);
    if (!offer) return false;
    const { meta } = this.#targets;
    const { requestor, property, target } = request;
    const { client } = this.#x;
    if (target === meta.TARGETS) {
      const targets = offer.clip.items.flatMap(({ type }) => this.#targets.of(type));
      const all = [meta.TARGETS, meta.TIMESTAMP, ...targets];
      client.ChangeProperty(REPLACE, requestor, property, meta.ATOM, 32, words(all));
    } else if (target === meta.TIMESTAMP) {
      client.ChangeProperty(REPLACE, requestor, property, meta.INTEGER, 32, words([offer.since]));
    } else {
      const data = await this.#bytes(offer.clip, target);
      if (!data || !this.#x.open) return false;
      if (data.byteLength > MAX_PIECE) return this.#giveInPieces(request, data);
      client.ChangeProperty(REPLACE, requestor, property, target, 8, data);
    }
    this.#notify(request, property);
    return true;
  }

  async #bytes(clip: ClipOffer, target: number): Promise<Buffer | undefined> {
    const type = this.#targets.typeOf(target);
    if (!type || !clip.items.some((item) => item.type === type)) return undefined;
    const content: readonly ClipItem[] = await clip.content;
    const item = content.find((form) => form.type === type);
    return item && toSelection(item.data, target === this.#targets.meta.STRING);
  }

  async #giveInPieces(request: Request, data: Buffer): Promise<boolean> {
    const { requestor, property, target } = request;
    const { client } = this.#x;
    const { meta } = this.#targets;
    client.ChangeWindowAttributes(requestor, { eventMask: eventMask.PropertyChange! });
    client.ChangeProperty(REPLACE, requestor, property, meta.INCR, 32, words([data.byteLength]));
    let taken = this.#taken(requestor, property);
    this.#notify(request, property);
    // The piece after the last is empty, which is how its reader knows.
    for (let start = 0; start < data.byteLength + MAX_PIECE && (await taken); start += MAX_PIECE) {
      taken = this.#taken(requestor, property);
      client.ChangeProperty(REPLACE, requestor, property, target, 8, data.subarray(start, start + MAX_PIECE));
    }
    return true;
  }

  /** Resolves when the program has taken what the property holds; false if it does not. */
  #taken(requestor: number, property: number): Promise<boolean> {
    const key = `${requestor} ${property}`;
    return new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => resolve(false), PATIENCE);
      this.#takers.set(key, () => {
        clearTimeout(timer);
        resolve(true);
      });
    }).finally(() => this.#takers.delete(key));
  }

  #notify({ requestor, selection, target, time }: Request, property: number): void {
    const event = { name: 'SelectionNotify', seq: 0, time, requestor, selection, target, property };
    this.#x.client.SendEvent(requestor, false, 0, event);
  }
}

function words(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt32LE(value >>> 0, 4 * index);
  return bytes;
}
