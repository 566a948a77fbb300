/**
 * The channel between the gateway and a process of native code: frames over a byte stream.
 *
 * | bytes | field |
 * |---|---|
 * | 4 | length of the payload, little-endian |
 * | 1 | kind: 1 JSON, 2 a binary message of the wire |
 * | length | payload |
 */
import type { Duplex } from 'node:stream';
import { MAX_STREAMER_MESSAGE } from '@deskside/protocol';

export interface ChannelEvents {
  onMessage(message: unknown): void;
  /** Bytes of a picture update or an audio packet, a view that stays valid. */
  onBinary(message: Uint8Array): void;
  /** The other side is gone, or sent what is not a frame; nothing follows. */
  onEnd(error: Error | undefined): void;
}

export class Channel implements Disposable {
  readonly #stream: Duplex;

  constructor(stream: Duplex, events: ChannelEvents) {
    this.#stream = stream;
    const reader = new FrameReader(events);
    let ended = false;
    const end = (error?: Error) => {
      if (ended) return;
      ended = true;
      stream.destroy();
      events.onEnd(error);
    };
    stream.on('data', (chunk: Buffer) => {
      if (ended) return;
      try {
        reader.push(chunk);
      } catch (error) {
        end(error instanceof Error ? error : new Error(String(error)));
      }
    });
    // A process that was killed resets its end: gone, not wrong.
    stream.on('error', () => end());
    stream.on('close', () => end());
    stream.on('end', () => end());
  }

  /** Bytes that wait to be written. */
  get backlog(): number {
    return this.#stream.writableLength;
  }

  send(message: object): void {
    this.#write(KIND_JSON, Buffer.from(JSON.stringify(message)));
  }

  sendBinary(message: Uint8Array): void {
    this.#write(KIND_BINARY, message);
  }

  [Symbol.dispose](): void {
    this.#stream.destroy();
  }

  #write(kind: number, payload: Uint8Array): void {
    if (this.#stream.destroyed) return;
    // In one piece: copying is quicker than what Node's streams do for a second one.
    const frame = Buffer.allocUnsafe(HEADER + payload.byteLength);
    frame.writeUInt32LE(payload.byteLength, 0);
    frame[4] = kind;
    frame.set(payload, HEADER);
    this.#stream.write(frame);
  }
}

const HEADER = 5;
const KIND_JSON = 1;
const KIND_BINARY = 2;

/** Largest JSON message: the widest is a list of codec strings. */
const MAX_JSON = 64 * 1024;

/** Cuts a byte stream into frames; a frame that came in one chunk is not copied. */
class FrameReader {
  readonly #events: ChannelEvents;
  #chunks: Buffer[] = [];
  #size = 0;
  #needed = HEADER;

  constructor(events: ChannelEvents) {
    this.#events = events;
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    if (this.#size < this.#needed) return;
    const bytes = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks, this.#size);
    const rest = this.#readFrames(bytes);
    this.#chunks = rest.length > 0 ? [rest] : [];
    this.#size = rest.length;
  }

  #readFrames(bytes: Buffer): Buffer {
    let offset = 0;
    for (;;) {
      this.#needed = HEADER;
      if (bytes.length - offset < HEADER) return bytes.subarray(offset);
      const length = bytes.readUInt32LE(offset);
      const kind = bytes[offset + 4]!;
      checkHeader(kind, length);
      this.#needed = HEADER + length;
      if (bytes.length - offset < this.#needed) return bytes.subarray(offset);
      const payload = bytes.subarray(offset + HEADER, offset + HEADER + length);
      offset += HEADER + length;
      if (kind === KIND_JSON) this.#events.onMessage(JSON.parse(payload.toString()));
      else this.#events.onBinary(payload);
    }
  }
}

function checkHeader(kind: number, length: number): void {
  const limit = kind === KIND_JSON ? MAX_JSON : kind === KIND_BINARY ? MAX_STREAMER_MESSAGE : -1;
  if (limit < 0) throw new Error(`a frame of unknown kind ${kind} on the media channel`);
  if (length > limit) throw new Error(`a frame of ${length} bytes on the media channel, at most ${limit}`);
}
