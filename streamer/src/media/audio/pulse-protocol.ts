/**
 * As much of PulseAudio's native protocol as it takes to ask a server something (pulsecore/tagstruct.c,
 * pulsecore/pstream.c and pulsecore/native-common.h of its sources); PipeWire speaks it, too. Numbers are big-endian.
 */

/** The newest version whose answers are understood here. */
export const PULSE_VERSION = 19;

/** Of native-common.h. */
export const COMMAND = {
  error: 0,
  reply: 2,
  auth: 8,
  setClientName: 9,
  getSinkInputInfoList: 30,
  subscribe: 35,
  subscribeEvent: 66,
} as const;

/** What is written: a number of 32 bits, a string, bytes, or named strings. */
export type Argument = number | string | Uint8Array | Readonly<Record<string, string>>;

/** What is read; of what is none of them only that it was there. */
export type Value = number | string | boolean | undefined;

/** Length, channel, offset (two words) and flags come before every packet. */
const DESCRIPTOR = 20;

/** A packet, not a piece of sound. */
const NO_CHANNEL = 0xffff_ffff;

/** Longest packet of a server, bytes: a list of some thousand programs. */
const MAX_PACKET = 4 * 1024 * 1024;

/** One packet as it goes over the socket. */
export function encodePacket(values: readonly Argument[]): Buffer {
  const body = Buffer.concat(values.map(encode));
  const descriptor = Buffer.alloc(DESCRIPTOR);
  descriptor.writeUInt32BE(body.length, 0);
  descriptor.writeUInt32BE(NO_CHANNEL, 4);
  return Buffer.concat([descriptor, body]);
}

function encode(value: Argument): Buffer {
  if (typeof value === 'number') return word('L', value);
  if (typeof value === 'string') return Buffer.from(`t${value}\0`);
  if (value instanceof Uint8Array) return Buffer.concat([word('x', value.length), value]);
  const entries = Object.entries(value).flatMap(([name, text]) => {
    const bytes = Buffer.from(`${text}\0`);
    return [encode(name), encode(bytes.length), encode(bytes)];
  });
  return Buffer.concat([Buffer.from('P'), ...entries, Buffer.from('N')]);
}

function word(tag: string, value: number): Buffer {
  const bytes = Buffer.alloc(5);
  bytes.write(tag);
  bytes.writeUInt32BE(value, 1);
  return bytes;
}

/** Takes the stream apart. */
export class PacketReader {
  #waiting = Buffer.alloc(0);

  /** @returns the packets that are whole now. @throws Error if it is not this protocol */
  push(chunk: Uint8Array): Value[][] {
    this.#waiting = Buffer.concat([this.#waiting, chunk]);
    const packets: Value[][] = [];
    while (this.#waiting.length >= DESCRIPTOR) {
      const end = DESCRIPTOR + this.#waiting.readUInt32BE(0);
      if (end > DESCRIPTOR + MAX_PACKET) throw new Error('The sound server sent too large a packet.');
      if (this.#waiting.length < end) break;
      packets.push(decodeValues(this.#waiting.subarray(DESCRIPTOR, end)));
      this.#waiting = this.#waiting.subarray(end);
    }
    return packets;
  }
}

/** Bytes after the tag of what always has as many. */
const FIXED: Readonly<Record<string, number>> = { B: 1, R: 8, r: 8, a: 6, T: 8, U: 8, V: 4 };

/** @throws Error if something in it is not of this protocol */
function decodeValues(body: Buffer): Value[] {
  const values: Value[] = [];
  let at = 0;
  while (at < body.length) values.push(next());
  return values;

  function next(): Value {
    const tag = String.fromCharCode(take(1)[0]!);
    if (tag === 'L') return take(4).readUInt32BE();
    if (tag === '1' || tag === '0') return tag === '1';
    if (tag === 't') return text();
    if (tag !== 'N') skip(tag);
    return undefined;
  }

  function skip(tag: string): void {
    if (tag === 'x') take(take(4).readUInt32BE());
    else if (tag === 'm') take(take(1)[0]!);
    else if (tag === 'v') take(4 * take(1)[0]!);
    // Names, lengths and bytes, up to a string that is none.
    else if (tag === 'P') while (next() !== undefined) [next(), next()];
    else if (tag in FIXED) take(FIXED[tag]!);
    else throw new Error(`The sound server sent something of an unknown kind (${JSON.stringify(tag)}).`);
  }

  function text(): string {
    const end = body.indexOf(0, at);
    if (end < 0) throw new Error('The sound server sent a string without an end.');
    return take(end + 1 - at)
      .toString()
      .slice(0, -1);
  }

  function take(bytes: number): Buffer {
    if (at + bytes > body.length) throw new Error('The sound server sent a packet that ends too early.');
    at += bytes;
    return body.subarray(at - bytes, at);
  }
}
