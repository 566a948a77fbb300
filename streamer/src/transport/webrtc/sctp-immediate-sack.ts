/**
 * Asks the viewer for an acknowledgement at once (RFC 7053) only where none is about to come anyway: a viewer answers
 * a picture of exact pixels by a message, with which its SCTP sends what it has to acknowledge (dcSCTP in libwebrtc
 * does). Else each picture is answered by two packets, which both sides have to encrypt, decrypt and be woken for.
 *
 * It reaches into the insides of werift's association, whose version is therefore pinned exactly.
 */
import type { RTCSctpTransport } from 'werift';

/** What is used of werift's association. */
interface Association {
  readonly sentQueue: readonly Chunk[];
  sendChunk(chunk: Chunk): Promise<void>;
}

interface Chunk {
  readonly type: number;
  flags: number;
  readonly acked: boolean;
  readonly sentCount: number;
  readonly userData: Buffer;
}

const DATA = 0;

/** Flags of a chunk (RFC 9260 section 3.3.1, RFC 7053 section 3): all of a message, and "acknowledge it at once". */
const WHOLE = 0x03;
const IMMEDIATELY = 0x08;

/**
 * To be called before the association starts, and before others wrap its `sendChunk` to know when they may wait.
 *
 * @param isAnswered whether the viewer answers a message by another one, without waiting for anything
 */
export function askForImmediateSacks(
  { sctp }: RTCSctpTransport,
  isAnswered: (message: Buffer) => boolean,
): void {
  const association = sctp as unknown as Association;
  const send = association.sendChunk.bind(association);

  /** A lone packet is told of 200 ms later, so nothing else may depend on it: what is late is asked for. */
  function isToldOf(chunk: Chunk): boolean {
    return (
      (chunk.flags & WHOLE) === WHOLE &&
      chunk.sentCount <= 1 &&
      association.sentQueue.every((other) => other === chunk || other.acked) &&
      isAnswered(chunk.userData)
    );
  }

  association.sendChunk = (chunk) => {
    if (chunk.type === DATA && !isToldOf(chunk)) chunk.flags |= IMMEDIATELY;
    return send(chunk);
  };
}

/** Whether it asks for an acknowledgement at once. */
export function asksForImmediateSack({ type, flags }: Pick<Chunk, 'type' | 'flags'>): boolean {
  return type === DATA && (flags & IMMEDIATELY) !== 0;
}
