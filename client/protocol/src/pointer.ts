import { BinaryType } from './binary.ts';
import { ByteReader, ByteWriter, ProtocolError } from './bytes.ts';

/**
 * Where the pointer is and which buttons are down: a state, so that one that is lost does no harm. `sequence` counts
 * up with every pointer message of a viewer (modulo 2^32); an older one that arrives late is dropped.
 */
export interface Pointer {
  sequence: number;
  /** Device pixels of the desktop. */
  x: number;
  y: number;
  /** `MouseEvent.buttons`: 1 left, 2 right, 4 middle, 8 back, 16 forward. */
  buttons: number;
}

/** Relative motion while the pointer is locked, device pixels; adds up, so it travels reliably. */
export interface PointerMotion {
  dx: number;
  dy: number;
  buttons: number;
}

/** Wheel motion, 120 to a notch; positive is down and right. Adds up, so it travels reliably. */
export interface Wheel {
  dx: number;
  dy: number;
}

export function encodePointer({ sequence, x, y, buttons }: Pointer): Uint8Array<ArrayBuffer> {
  return new ByteWriter(10).u8(BinaryType.Pointer).u8(buttons).u32(sequence).u16(x).u16(y).bytes;
}

/** @throws ProtocolError if the bytes do not follow the layout */
export function decodePointer(bytes: Uint8Array): Pointer {
  const reader = open(bytes, BinaryType.Pointer);
  const buttons = checkButtons(reader.u8());
  const pointer = { sequence: reader.u32(), x: reader.u16(), y: reader.u16(), buttons };
  reader.end();
  return pointer;
}

export function encodePointerMotion({ dx, dy, buttons }: PointerMotion): Uint8Array<ArrayBuffer> {
  return new ByteWriter(6).u8(BinaryType.PointerMotion).u8(buttons).i16(dx).i16(dy).bytes;
}

/** @throws ProtocolError if the bytes do not follow the layout */
export function decodePointerMotion(bytes: Uint8Array): PointerMotion {
  const reader = open(bytes, BinaryType.PointerMotion);
  const buttons = checkButtons(reader.u8());
  const motion = { dx: reader.i16(), dy: reader.i16(), buttons };
  reader.end();
  return motion;
}

export function encodeWheel({ dx, dy }: Wheel): Uint8Array<ArrayBuffer> {
  return new ByteWriter(6).u8(BinaryType.Wheel).u8(0).i16(dx).i16(dy).bytes;
}

/** @throws ProtocolError if the bytes do not follow the layout */
export function decodeWheel(bytes: Uint8Array): Wheel {
  const reader = open(bytes, BinaryType.Wheel);
  reader.u8();
  const wheel = { dx: reader.i16(), dy: reader.i16() };
  reader.end();
  return wheel;
}

function open(bytes: Uint8Array, type: BinaryType): ByteReader {
  const reader = new ByteReader(bytes);
  if (reader.u8() !== type) throw new ProtocolError('a message of another type');
  return reader;
}

function checkButtons(buttons: number): number {
  if (buttons > 31) throw new ProtocolError(`buttons ${buttons}: there are five of them`);
  return buttons;
}
