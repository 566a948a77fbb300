import { BinaryType } from './binary.ts';
import { ByteReader, ByteWriter, ProtocolError } from './bytes.ts';
import { MAX_CHANNELS, MAX_OPUS_PACKET } from './limits.ts';

/** A piece of sound: of the desktop, which sends none while it is silent, or of a viewer's microphone while it is on. */
export interface AudioPacket {
  /** Counts up by one with each packet, modulo 2^32: a gap is a packet that did not come through. */
  sequence: number;
  /** When its first sample was played or spoken, ms on the sender's clock. */
  captureTime: number;
  /** Nothing played before it: whoever plays may begin anew (the marker bit of RFC 3551 section 4.1). */
  marker: boolean;
  /** 1 to 8. */
  channels: number;
  /** One Opus packet (RFC 6716 section 3), which tells its own duration; above two channels several (`opusLayout`). */
  data: Uint8Array;
}

const HEADER = 16;
const MARKER = 1;

/** @throws ProtocolError if a field is outside its limits */
export function encodeAudioPacket(packet: AudioPacket): Uint8Array<ArrayBuffer> {
  check(packet);
  return new ByteWriter(HEADER + packet.data.byteLength)
    .u8(BinaryType.AudioPacket)
    .u8(packet.marker ? MARKER : 0)
    .u8(packet.channels)
    .u8(0)
    .u32(packet.sequence)
    .f64(packet.captureTime)
    .put(packet.data).bytes;
}

/** @throws ProtocolError if the bytes do not follow the layout */
export function decodeAudioPacket(bytes: Uint8Array): AudioPacket {
  const reader = new ByteReader(bytes);
  if (reader.u8() !== BinaryType.AudioPacket) throw new ProtocolError('not a piece of sound');
  const marker = (reader.u8() & MARKER) !== 0;
  const channels = reader.u8();
  reader.u8();
  const packet = {
    marker,
    channels,
    sequence: reader.u32(),
    captureTime: reader.f64(),
    data: reader.take(reader.remaining),
  };
  check(packet);
  return packet;
}

function check({ captureTime, channels, data }: AudioPacket): void {
  if (!Number.isFinite(captureTime)) throw new ProtocolError('a time that is not a number');
  if (channels < 1 || channels > MAX_CHANNELS) {
    throw new ProtocolError(`${channels} channels, 1 to ${MAX_CHANNELS} are allowed`);
  }
  if (data.byteLength === 0 || data.byteLength > MAX_OPUS_PACKET) {
    throw new ProtocolError(
      `an Opus packet of ${data.byteLength} bytes, 1 to ${MAX_OPUS_PACKET} are allowed`,
    );
  }
}
