import {
  type ClipAnnouncement,
  type ClipItem,
  type ClipMessage,
  type ClipOffer,
  type ClipPart,
  decodeClipPart,
  encodeClipPart,
} from './clip.ts';
import { CLIP_WINDOW, MAX_CLIP_PART } from './limits.ts';

export interface ClipLineOptions {
  send(message: ClipMessage): void;
  sendBinary(bytes: Uint8Array<ArrayBuffer>): void;
  /** The other side has copied; the bytes come later. */
  onOffer(offer: ClipOffer): void;
}

/**
 * One end of the line on which clips travel, the same at the streamer and at the viewer. Announcements go out at once,
 * so that they keep their order with keys; bytes follow in small parts, few at a time, so that pictures are not held up.
 */
export class ClipLine implements Disposable {
  readonly #options: ClipLineOptions;
  #announced = 0;
  #outgoing: OutgoingClip | undefined;
  #incoming: IncomingClip | undefined;
  #underWay: ClipOffer | undefined;

  constructor(options: ClipLineOptions) {
    this.#options = options;
  }

  /** What was offered and has not arrived as a whole. */
  get underWay(): ClipOffer | undefined {
    return this.#underWay;
  }

  /** Sends it in place of what is still under way. */
  offer(clip: ClipOffer): void {
    const { items, earlier, content } = clip;
    this.#underWay = sizeOf(items) > 0 ? clip : undefined;
    const transfer = ++this.#announced;
    this.#outgoing = undefined;
    this.#options.send({
      type: 'clipboard',
      transfer,
      ...(earlier && { earlier }),
      items: items.map(({ type, size }) => ({ type, size })),
    });
    content.then(
      (clip) => {
        if (this.#announced !== transfer) return;
        this.#outgoing = new OutgoingClip(transfer, clip, (bytes) => this.#options.sendBinary(bytes));
      },
      () => {
        if (this.#announced === transfer) this.offer({ items: [], content: Promise.resolve([]) });
      },
    );
  }

  /** @throws ProtocolError if it does not follow the protocol */
  receive(message: ClipMessage): void {
    if (message.type === 'clipboard-received') {
      if (message.transfer === this.#announced) this.#acknowledged(message.bytes);
      return;
    }
    this.#incoming?.cancel();
    this.#incoming = new IncomingClip(message);
    const { offer } = this.#incoming;
    if (offer.items.length > 0) this.#options.onOffer(offer);
  }

  /** @throws ProtocolError if it is not a part, or of what was not announced */
  receiveBinary(bytes: Uint8Array): void {
    const part = decodeClipPart(bytes);
    const incoming = this.#incoming;
    // Parts of an earlier clip may be under way when a later one is announced; those of a later one cannot.
    if (incoming?.transfer !== part.transfer) return;
    incoming.add(part);
    this.#options.send({ type: 'clipboard-received', transfer: part.transfer, bytes: incoming.received });
  }

  /** The line is gone: what was under way does not come. */
  [Symbol.dispose](): void {
    this.#outgoing = undefined;
    this.#incoming?.cancel();
    this.#incoming = undefined;
    this.#announced++;
  }

  #acknowledged(bytes: number): void {
    this.#outgoing?.received(bytes);
    if (this.#underWay && bytes >= sizeOf(this.#underWay.items)) this.#underWay = undefined;
  }
}

class OutgoingClip {
  readonly #transfer: number;
  readonly #bytes: Uint8Array;
  readonly #send: (bytes: Uint8Array<ArrayBuffer>) => void;
  #sent = 0;

  constructor(transfer: number, clip: readonly ClipItem[], send: (bytes: Uint8Array<ArrayBuffer>) => void) {
    this.#transfer = transfer;
    this.#bytes = join(clip.map(({ data }) => data));
    this.#send = send;
    this.received(0);
  }

  received(bytes: number): void {
    while (this.#sent < this.#bytes.byteLength && this.#sent - bytes < CLIP_WINDOW) {
      const data = this.#bytes.subarray(this.#sent, this.#sent + MAX_CLIP_PART);
      this.#sent += data.byteLength;
      this.#send(encodeClipPart({ transfer: this.#transfer, data }));
    }
  }
}

class IncomingClip {
  readonly transfer: number;
  readonly offer: ClipOffer;
  /** Bytes so far. */
  received = 0;
  readonly #parts: Uint8Array[] = [];
  readonly #total: number;
  readonly #content = Promise.withResolvers<readonly ClipItem[]>();

  constructor({ transfer, earlier, items }: ClipAnnouncement) {
    this.transfer = transfer;
    this.#total = sizeOf(items);
    this.offer = { items, earlier, content: this.#content.promise };
    // Whoever wants the bytes hears of it; a clip that nobody wants may be lost.
    this.#content.promise.catch(() => {});
    if (this.#total === 0) this.#complete();
  }

  /** What is more than was announced is dropped. */
  add({ data }: ClipPart): void {
    if (this.received + data.byteLength > this.#total) return;
    // A copy: the message's buffer may be larger, or used again.
    this.#parts.push(data.slice());
    this.received += data.byteLength;
    if (this.received === this.#total) this.#complete();
  }

  cancel(): void {
    this.#content.reject(new Error('The rest of what was copied did not come.'));
  }

  #complete(): void {
    const bytes = join(this.#parts);
    this.#parts.length = 0;
    let start = 0;
    const content = this.offer.items.map(({ type, size }) => {
      const data = bytes.subarray(start, start + size);
      start += size;
      return { type, data };
    });
    this.#content.resolve(content);
  }
}

function sizeOf(items: ClipOffer['items']): number {
  return items.reduce((total, { size }) => total + size, 0);
}

function join(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((total, { byteLength }) => total + byteLength, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.byteLength;
  }
  return bytes;
}
