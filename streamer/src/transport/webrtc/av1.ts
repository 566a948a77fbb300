/** RTP payloads of AV1 temporal units (AV1 RTP payload specification, version 1.0). */

/** Aggregation header, section 4.4: the first element continues one, the last is continued, a new coded sequence. */
const CONTINUES = 0x80;
const CONTINUED = 0x40;
const NEW_SEQUENCE = 0x08;

/** OBU header, AV1 section 5.3.2: type in bits 3 to 6, then whether there is an extension byte and a size. */
const HAS_EXTENSION = 0x04;
const HAS_SIZE = 0x02;
const TEMPORAL_DELIMITER = 2;
const TILE_LIST = 8;

/** Bytes of the length before each element: LEB128 (AV1 section 4.10.5), always two for what fits in a packet. */
const LENGTH = 2;

/**
 * Fills packets with elements. Every packet but the first begins inside an element: libwebrtc takes one that does not
 * for the beginning of a frame.
 *
 * @param unit low-overhead bitstream format (AV1 section 5), every OBU with its size
 * @param maxSize of a payload, bytes
 * @param key whether a coded video sequence begins
 */
export function* packetizeAv1(unit: Buffer, maxSize: number, key: boolean): Generator<Buffer> {
  const queue = [...elements(unit)];
  let header = key ? NEW_SEQUENCE : 0;
  let packet: Buffer[] = [];
  let left = maxSize - 1;

  const finish = (flags: number): Buffer => Buffer.concat([Buffer.from([header | flags]), ...packet]);

  for (const [index, element] of queue.entries()) {
    const isLast = index === queue.length - 1;
    let rest = element;
    while (!fits(rest, left, isLast)) {
      const size = Math.min(left - LENGTH, rest.byteLength - 1);
      packet.push(lengthOf(size), rest.subarray(0, size));
      yield finish(CONTINUED);
      header = CONTINUES;
      packet = [];
      left = maxSize - 1;
      rest = rest.subarray(size);
    }
    packet.push(lengthOf(rest.byteLength), rest);
    left -= LENGTH + rest.byteLength;
  }
  if (packet.length > 0) yield finish(0);
}

/** Whether the element can end in this packet: the last of all may fill it, others leave room to begin the next. */
function fits(element: Buffer, left: number, isLast: boolean): boolean {
  const spare = left - LENGTH - element.byteLength;
  return isLast ? spare >= 0 : spare > LENGTH;
}

function lengthOf(size: number): Buffer {
  return Buffer.from([(size & 0x7f) | 0x80, size >> 7]);
}

/** OBUs as section 4.5 wants them: without size fields, without temporal delimiters and tile lists. */
function* elements(unit: Buffer): Generator<Buffer> {
  let at = 0;
  while (at < unit.byteLength) {
    const header = unit[at]!;
    const headerSize = header & HAS_EXTENSION ? 2 : 1;
    const payload = payloadOf(unit, at + headerSize, (header & HAS_SIZE) !== 0);
    const type = (header >> 3) & 0xf;
    if (type !== TEMPORAL_DELIMITER && type !== TILE_LIST) {
      const plainHeader = Buffer.from(unit.subarray(at, at + headerSize));
      plainHeader[0]! &= ~HAS_SIZE;
      yield Buffer.concat([plainHeader, payload]);
    }
    at = payload.byteOffset - unit.byteOffset + payload.byteLength;
  }
}

/** What follows an OBU's header and its size in LEB128 (AV1 section 4.10.5); without a size, all the rest. */
function payloadOf(unit: Buffer, start: number, hasSize: boolean): Buffer {
  if (!hasSize) return unit.subarray(start);
  let size = 0;
  let at = start;
  for (let shift = 0; shift < 35; shift += 7) {
    const byte = unit[at++] ?? 0;
    size += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
  }
  return unit.subarray(at, at + size);
}
