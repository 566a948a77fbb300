import { BinaryType } from './binary.ts';
import { ByteReader, ByteWriter, ProtocolError } from './bytes.ts';

/**
 * What became of a picture update at the viewer. Sent once per update, as soon as it is decoded; `presentedId` tells
 * of the newest one that reached the screen by then. Times are ms since the Unix epoch on the viewer's monotonic
 * clock: only differences between them mean anything to the streamer.
 */
export interface Acknowledgement {
  stream: number;
  id: number;
  received: number;
  decoded: number;
  presentedId: number;
  presented: number;
}

const SIZE = 36;

export function encodeAcknowledgement(ack: Acknowledgement): Uint8Array<ArrayBuffer> {
  return new ByteWriter(SIZE)
    .u8(BinaryType.Acknowledgement)
    .u8(0)
    .u16(ack.stream)
    .u32(ack.id)
    .f64(ack.received)
    .f64(ack.decoded)
    .u32(ack.presentedId)
    .f64(ack.presented).bytes;
}

/** @throws ProtocolError if the bytes do not follow the layout or a time is not a finite number */
export function decodeAcknowledgement(bytes: Uint8Array): Acknowledgement {
  const reader = new ByteReader(bytes);
  if (reader.u8() !== BinaryType.Acknowledgement) throw new ProtocolError('not an acknowledgement');
  reader.u8();
  const ack = {
    stream: reader.u16(),
    id: reader.u32(),
    received: reader.f64(),
    decoded: reader.f64(),
    presentedId: reader.u32(),
    presented: reader.f64(),
  };
  reader.end();
  for (const time of [ack.received, ack.decoded, ack.presented]) {
    if (!Number.isFinite(time)) throw new ProtocolError('a time that is not a number');
  }
  return ack;
}
