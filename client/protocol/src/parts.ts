import { BinaryType } from './binary.ts';
import { ByteReader, ByteWriter, ProtocolError } from './bytes.ts';
import { MAX_STREAMER_MESSAGE } from './limits.ts';

/**
 * Largest message on a data channel, bytes: what every browser takes (RFC 8841 section 6 has it as the default), and
 * short enough that a key behind it does not wait for long.
 */
export const MAX_CHANNEL_MESSAGE = 64 * 1024;

const HEADER = 2;
const LAST = 1;

/** A message as it goes over a data channel: itself if it is small enough, else its parts in order. */
export function* splitIntoParts(message: Uint8Array): Generator<Uint8Array> {
  if (message.byteLength <= MAX_CHANNEL_MESSAGE) {
    yield message;
    return;
  }
  const room = MAX_CHANNEL_MESSAGE - HEADER;
  for (let start = 0; start < message.byteLength; start += room) {
    const piece = message.subarray(start, start + room);
    const last = start + room >= message.byteLength;
    yield new ByteWriter(HEADER + piece.byteLength)
      .u8(BinaryType.Part)
      .u8(last ? LAST : 0)
      .put(piece).bytes;
  }
}

/** Puts parts together again, on an ordered and reliable channel. */
export class PartAssembler {
  #pieces: Uint8Array[] = [];
  #size = 0;

  /**
   * The message that is complete with this one; undefined while more parts are to come.
   *
   * @throws ProtocolError if something else comes between parts, or they are larger than any message
   */
  add(message: Uint8Array): Uint8Array | undefined {
    if (message[0] !== BinaryType.Part) {
      if (this.#size > 0) throw new ProtocolError('a message between the parts of another');
      return message;
    }
    const reader = new ByteReader(message);
    reader.u8();
    const last = (reader.u8() & LAST) !== 0;
    const piece = reader.take(reader.remaining);
    this.#size += piece.byteLength;
    if (this.#size > MAX_STREAMER_MESSAGE) throw new ProtocolError('parts of a message that is too large');
    this.#pieces.push(piece);
    return last ? this.#join() : undefined;
  }

  #join(): Uint8Array {
    const writer = new ByteWriter(this.#size);
    for (const piece of this.#pieces) writer.put(piece);
    this.#pieces = [];
    this.#size = 0;
    return writer.bytes;
  }
}
