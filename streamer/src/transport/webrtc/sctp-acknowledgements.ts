/**
 * Has acknowledgements of what came travel with what is sent, instead of in packets of their own: while somebody types,
 * every picture is answered by a message, and every one of these by a packet that the viewer has to decrypt.
 *
 * It reaches into the insides of werift's association, whose version is therefore pinned exactly.
 */
import type { RTCSctpTransport } from 'werift';

/** What is used of werift's association. */
interface Association {
  sackNeeded: boolean;
  /** Packets with new data since the last SACK. */
  readonly sackPacketCount: number;
  readonly sackDuplicates: readonly unknown[];
  readonly sackMisOrdered: ReadonlySet<unknown>;
  readonly isStopped: boolean;
  sendChunk(chunk: Bytes): Promise<void>;
  sendSack(): Promise<void>;
  scheduleSack(): Promise<void>;
  receiveDataChunk(chunk: Chunk): void;
}

interface Bytes {
  readonly bytes: Buffer;
}

interface Chunk extends Bytes {
  type: number;
  flags: number;
}

const DATA = 0;

/** The sender wants a SACK at once (RFC 7053 section 3). */
const IMMEDIATELY = 0x08;

/** RFC 9260 section 6.2: no later than with every second packet, and within 200 ms. Two frames at 60 per second will do. */
const MOST_PACKETS = 2;
const LATEST = 33;

/** A packet may grow by a SACK up to this, bytes: werift fills packets of data with 1,200. */
const ROOM = 1200;

/** To be called before the association starts, and before others wrap its `sendChunk`. */
export function acknowledgeAlong({ sctp }: RTCSctpTransport): void {
  const association = sctp as unknown as Association;
  const receive = association.receiveDataChunk.bind(association);
  const send = association.sendChunk.bind(association);
  const sendSack = association.sendSack.bind(association);
  let timer: NodeJS.Timeout | undefined;
  let wanted = false;
  /** Takes the place of what is sent. */
  let take: ((chunk: Bytes) => void) | undefined;

  association.receiveDataChunk = (chunk) => {
    if (chunk.flags & IMMEDIATELY) wanted = true;
    receive(chunk);
  };
  association.scheduleSack = async () => {
    if (association.isStopped || !association.sackNeeded) return;
    const { sackPacketCount, sackDuplicates, sackMisOrdered } = association;
    const lossy = sackDuplicates.length > 0 || sackMisOrdered.size > 0;
    if (wanted || lossy || sackPacketCount >= MOST_PACKETS) return association.sendSack();
    timer ??= setTimeout(() => void association.sendSack(), LATEST);
  };
  association.sendSack = () => {
    clearTimeout(timer);
    timer = undefined;
    wanted = false;
    return sendSack();
  };
  association.sendChunk = (chunk: Chunk) => {
    if (take) {
      take(chunk);
      return Promise.resolve();
    }
    if (chunk.type !== DATA || !association.sackNeeded) return send(chunk);
    const { bytes } = chunk;
    // Control chunks stand before data (RFC 9260 section 6.10).
    return send(bytes.length < ROOM ? { bytes: Buffer.concat([makeSack().bytes, bytes]) } : chunk);
  };

  /** One that is not sent, but counts as if it were. */
  function makeSack(): Bytes {
    let sack!: Bytes;
    take = (chunk) => {
      sack = chunk;
    };
    // It makes the chunk before it first waits.
    void association.sendSack();
    take = undefined;
    association.sackNeeded = false;
    return sack;
  }
}
