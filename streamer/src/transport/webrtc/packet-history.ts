/** What a viewer may ask for again: the newest packets of a video track. */

/** Packets that there is room for at first, which is enough where little moves, and at most: 2 s at 38 Mbit/s. */
const LEAST = 1024;
const MOST = 4096;

export interface Packet {
  /** RTP's sequence number, 16 bits. */
  sequence: number;
  /** On RTP's clock, 32 bits. */
  timestamp: number;
  payload: Buffer;
}

export class PacketHistory<P extends Packet> {
  readonly #largest: number;
  readonly #keepFor: number;
  #packets = new Array<P | undefined>(LEAST);
  /** Their payloads: each by itself would keep what it was cut out of, and what lies beside it in Node's pool. */
  #payloads: Buffer;

  /**
   * @param largest payload, bytes
   * @param keepFor how long packets are kept if there are no more than `MOST` of them, in units of their time stamps
   */
  constructor(largest: number, keepFor: number) {
    this.#largest = largest;
    this.#keepFor = keepFor;
    this.#payloads = Buffer.allocUnsafeSlow(LEAST * largest);
  }

  /** @returns the packet as it is kept, with a copy of its payload */
  keep(packet: P): P {
    const replaced = this.#packets[this.#slot(packet)];
    const isYoung = replaced && (packet.timestamp - replaced.timestamp) >>> 0 < this.#keepFor;
    if (isYoung && this.#packets.length < MOST) this.#grow();
    return this.#put(packet);
  }

  get(sequence: number): P | undefined {
    const packet = this.#packets[sequence % this.#packets.length];
    return packet?.sequence === sequence ? packet : undefined;
  }

  #grow(): void {
    const kept = this.#packets;
    this.#packets = new Array(kept.length * 2);
    this.#payloads = Buffer.allocUnsafeSlow(this.#packets.length * this.#largest);
    for (const packet of kept) if (packet) this.#put(packet);
  }

  #put(packet: P): P {
    const slot = this.#slot(packet);
    const start = slot * this.#largest;
    packet.payload.copy(this.#payloads, start);
    const kept = { ...packet, payload: this.#payloads.subarray(start, start + packet.payload.byteLength) };
    this.#packets[slot] = kept;
    return kept;
  }

  /** The same for all 65,536 numbers, since there is room for a power of two. */
  #slot({ sequence }: P): number {
    return sequence % this.#packets.length;
  }
}
