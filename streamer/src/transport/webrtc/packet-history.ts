/** What a viewer may ask for again: the newest packets of a video track. */

/** Packets at most: 2 s at 38 Mbit/s. */
const MOST = 4096;

/** Packets that room is made for at a time. */
const BLOCK = 64;

export interface Packet {
  /** RTP's sequence number, 16 bits; each packet's is the one before's and 1. */
  sequence: number;
  /** On RTP's clock, 32 bits. */
  timestamp: number;
  payload: Buffer;
}

export class PacketHistory<P extends Packet> {
  readonly #largest: number;
  readonly #keepFor: number;
  /** By their numbers, of which `MOST` is a divisor of all there are. */
  readonly #packets = new Array<P | undefined>(MOST);
  /**
   * Room for the payload of each, which is used again once the packet is forgotten. What a payload was cut out of, and what
   * lies beside it in Node's pool, would be kept with it.
   */
  readonly #rooms = new Array<Buffer | undefined>(MOST);
  readonly #free: Buffer[] = [];
  #oldest = 0;

  /**
   * @param largest payload, bytes
   * @param keepFor how long packets are kept if there are no more than `MOST` of them, in units of their time stamps
   */
  constructor(largest: number, keepFor: number) {
    this.#largest = largest;
    this.#keepFor = keepFor;
  }

  /** @returns the packet as it is kept, with a copy of its payload */
  keep(packet: P): P {
    const slot = packet.sequence % MOST;
    this.#forgetFor(packet, slot);
    const room = this.#free.pop() ?? this.#makeRoom();
    packet.payload.copy(room);
    const kept = { ...packet, payload: room.subarray(0, packet.payload.byteLength) };
    this.#packets[slot] = kept;
    this.#rooms[slot] = room;
    return kept;
  }

  get(sequence: number): P | undefined {
    const packet = this.#packets[sequence % MOST];
    return packet?.sequence === sequence ? packet : undefined;
  }

  /** What is too old when this one comes, or in its place. */
  #forgetFor({ timestamp }: P, slot: number): void {
    for (let oldest = this.#packets[this.#oldest]; oldest; oldest = this.#packets[this.#oldest]) {
      const isYoung = (timestamp - oldest.timestamp) >>> 0 < this.#keepFor;
      if (isYoung && this.#oldest !== slot) return;
      this.#free.push(this.#rooms[this.#oldest]!);
      this.#packets[this.#oldest] = this.#rooms[this.#oldest] = undefined;
      this.#oldest = (this.#oldest + 1) % MOST;
    }
    this.#oldest = slot;
  }

  #makeRoom(): Buffer {
    const block = Buffer.allocUnsafeSlow(BLOCK * this.#largest);
    for (let end = block.byteLength; end > this.#largest; end -= this.#largest) {
      this.#free.push(block.subarray(end - this.#largest, end));
    }
    return block.subarray(0, this.#largest);
  }
}
