/** What a viewer may ask for again: the newest packets of a video track. */

/** Packets that there is room for at first, and at most: 2 s at 20 Mbit/s; less turns every loss into a key frame. */
const LEAST = 1024;
const MOST = 4096;

/** What is younger than this is not given up while there may be more room, in 90,000ths of a second (RFC 6184): 1 s. */
const YOUNG = 90_000;

export interface Packet {
  /** RTP's numbers: 16 bits of what was sent, 32 bits of time. */
  sequence: number;
  timestamp: number;
  payload: Buffer;
}

export class PacketHistory<P extends Packet> {
  readonly #largest: number;
  #packets = new Array<P | undefined>(LEAST);
  /** Their payloads: each by itself would keep what it was cut out of, and what lies beside it in Node's pool. */
  #payloads: Buffer;

  /** @param largest payload, bytes */
  constructor(largest: number) {
    this.#largest = largest;
    this.#payloads = Buffer.allocUnsafeSlow(LEAST * largest);
  }

  /** @returns the packet as it is kept, with a copy of its payload */
  keep(packet: P): P {
    const oldest = this.#packets[this.#slot(packet)];
    const isYoung = oldest !== undefined && ((packet.timestamp - oldest.timestamp) | 0) < YOUNG;
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
