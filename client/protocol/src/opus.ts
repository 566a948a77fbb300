import { ProtocolError } from './bytes.ts';

/** Longest packet, ms (RFC 6716 section 3.2.5, R5). */
const MAX_DURATION = 120;

/** Largest frame, bytes (section 3.2.1, R2). */
const MAX_FRAME = 1275;

/** Frame sizes of the configurations, ms (section 3.1, table 2): SILK-only, Hybrid, CELT-only. */
const SILK = [10, 20, 40, 60];
const HYBRID = [10, 20];
const CELT = [2.5, 5, 10, 20];

/**
 * Duration of one Opus packet (RFC 6716), ms. A packet that gets through here is one that every decoder decodes: the
 * requirements of section 3.4 are held.
 *
 * @throws ProtocolError if a requirement is not met
 */
export function opusDuration(packet: Uint8Array): number {
  const [toc] = packet;
  if (toc === undefined) throw new ProtocolError('an empty Opus packet');
  const duration = framesOf(packet, toc & 3) * frameDuration(toc >> 3);
  if (duration > MAX_DURATION) throw new ProtocolError(`an Opus packet of ${duration} ms`);
  return duration;
}

function frameDuration(configuration: number): number {
  if (configuration < 12) return SILK[configuration % 4]!;
  if (configuration < 16) return HYBRID[configuration % 2]!;
  return CELT[configuration % 4]!;
}

/** How many frames there are; section 3.2 tells the codes. */
function framesOf(packet: Uint8Array, code: number): number {
  switch (code) {
    case 0:
      checkFrame(packet.length - 1);
      return 1;
    case 1:
      checkEqualFrames(packet.length - 1, 2);
      return 2;
    case 2: {
      const { size, next } = readLength(packet, 1);
      checkFrame(size);
      checkFrame(packet.length - next - size);
      return 2;
    }
    default:
      return countFrames(packet);
  }
}

/** Code 3: a byte with the number of frames, whether they are of one size, and whether there is padding. */
function countFrames(packet: Uint8Array): number {
  const header = byteAt(packet, 1);
  const count = header & 0x3f;
  if (count === 0) throw new ProtocolError('an Opus packet without frames');
  const padding = header & 0x40 ? readPadding(packet, 2) : { size: 0, next: 2 };
  let { next } = padding;
  const end = packet.length - padding.size;
  if (!(header & 0x80)) {
    checkEqualFrames(end - next, count);
    return count;
  }
  let lengths = 0;
  for (let frame = 1; frame < count; frame++) {
    const length = readLength(packet, next);
    checkFrame(length.size);
    lengths += length.size;
    next = length.next;
  }
  checkFrame(end - next - lengths);
  return count;
}

/** Section 3.2.5: 255 stands for 254 and another byte. */
function readPadding(packet: Uint8Array, at: number): { size: number; next: number } {
  let size = 0;
  let next = at;
  for (;;) {
    const byte = byteAt(packet, next++);
    size += byte === 255 ? 254 : byte;
    if (byte !== 255) return { size, next };
  }
}

/** Section 3.2.1: one byte, or two from 252 on. */
function readLength(packet: Uint8Array, at: number): { size: number; next: number } {
  const first = byteAt(packet, at);
  if (first < 252) return { size: first, next: at + 1 };
  return { size: first + 4 * byteAt(packet, at + 1), next: at + 2 };
}

function byteAt(packet: Uint8Array, at: number): number {
  const byte = packet[at];
  if (byte === undefined) throw new ProtocolError('an Opus packet that is cut off');
  return byte;
}

function checkEqualFrames(bytes: number, count: number): void {
  if (bytes < 0 || bytes % count !== 0) throw new ProtocolError('an Opus packet whose frames do not fit');
  checkFrame(bytes / count);
}

function checkFrame(size: number): void {
  if (size < 0 || size > MAX_FRAME) throw new ProtocolError(`an Opus frame of ${size} bytes`);
}
