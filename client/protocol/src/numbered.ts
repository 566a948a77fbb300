import { BinaryType } from './binary.ts';
import { ByteReader, ByteWriter, ProtocolError } from './bytes.ts';

/**
 * A message of a viewer with its place among those that have to arrive in order, whichever way each takes: keys, what
 * is typed, buttons, the wheel, what is copied. They are numbered from 1 on, by one, within a connection.
 */
export interface Numbered {
  number: number;
  /** Text or bytes, as the WebSocket carries it by itself. */
  message: string | Uint8Array<ArrayBuffer>;
}

/** A message that only counts while it is new, such as a position; it may get lost. */
export interface Fleeting {
  /** Number of the last numbered message before it: it counts once that has arrived. */
  after: number;
  message: Uint8Array<ArrayBuffer>;
}

/** Numbered messages that a viewer may have under way, bytes with their headers: what the streamer keeps in order. */
export const NUMBERED_WINDOW = 512 * 1024;

const HEADER = 8;
const TEXT = 1;

export function encodeNumbered({ number, message }: Numbered): Uint8Array<ArrayBuffer> {
  const bytes = typeof message === 'string' ? new TextEncoder().encode(message) : message;
  return new ByteWriter(HEADER + bytes.byteLength)
    .u8(BinaryType.Numbered)
    .u8(typeof message === 'string' ? TEXT : 0)
    .u16(0)
    .u32(number)
    .put(bytes).bytes;
}

/** @throws ProtocolError if the bytes do not follow the layout */
export function decodeNumbered(bytes: Uint8Array): Numbered {
  const { flags, number, message } = read(bytes, BinaryType.Numbered);
  if (message[0] === BinaryType.Numbered || message[0] === BinaryType.Fleeting)
    throw new ProtocolError('a numbered message in a numbered message');
  if (number === 0) throw new ProtocolError('a message with the number 0');
  if ((flags & TEXT) === 0) return { number, message };
  try {
    return { number, message: new TextDecoder('utf-8', { fatal: true }).decode(message) };
  } catch {
    throw new ProtocolError('text that is not UTF-8');
  }
}

export function encodeFleeting({ after, message }: Fleeting): Uint8Array<ArrayBuffer> {
  return new ByteWriter(HEADER + message.byteLength)
    .u8(BinaryType.Fleeting)
    .u8(0)
    .u16(0)
    .u32(after)
    .put(message).bytes;
}

/** @throws ProtocolError if the bytes do not follow the layout, or hold anything but a position */
export function decodeFleeting(bytes: Uint8Array): Fleeting {
  const { number, message } = read(bytes, BinaryType.Fleeting);
  if (message[0] !== BinaryType.Pointer) throw new ProtocolError('a fleeting message that is no position');
  return { after: number, message };
}

function read(bytes: Uint8Array, type: BinaryType) {
  const reader = new ByteReader(bytes);
  if (reader.u8() !== type) throw new ProtocolError('a message of another type');
  const flags = reader.u8();
  reader.u16();
  const number = reader.u32();
  if (reader.remaining === 0) throw new ProtocolError('a number without a message');
  return { flags, number, message: new Uint8Array(reader.take(reader.remaining)) };
}
