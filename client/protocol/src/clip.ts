/** What people copy, on its way between a desktop and its viewers: one content in several forms. */
import * as v from 'valibot';
import { BinaryType } from './binary.ts';
import { ByteReader, ByteWriter, ProtocolError } from './bytes.ts';
import { MAX_CLIP, MAX_CLIP_PART } from './limits.ts';

/** Text is UTF-8 with plain line feeds; HTML is UTF-8. */
export const ClipType = v.picklist(['text/plain', 'text/html', 'image/png']);
export type ClipType = v.InferOutput<typeof ClipType>;

export interface ClipItem {
  type: ClipType;
  data: Uint8Array;
}

/** One content whose bytes may still be under way. */
export interface ClipOffer {
  /** Best form first; sizes in bytes. */
  items: readonly { type: ClipType; size: number }[];
  /** It was copied before this viewer came. */
  earlier?: boolean | undefined;
  /** In the order of `items`; rejects if they never come. */
  content: Promise<readonly ClipItem[]>;
}

/** An offer of what is there already. */
export function offerOf(content: readonly ClipItem[]): ClipOffer {
  return {
    items: content.map(({ type, data }) => ({ type, size: data.byteLength })),
    content: Promise.resolve(content),
  };
}

const whole = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffffffff));
const size = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_CLIP));

/** Somebody has copied; parts follow. Ends what came before it. No items: what was announced does not come. */
export const ClipAnnouncement = v.object({
  type: v.literal('clipboard'),
  /** Counts up by one on each side. */
  transfer: whole,
  earlier: v.optional(v.boolean()),
  items: v.pipe(
    v.array(v.object({ type: ClipType, size })),
    v.maxLength(ClipType.options.length),
    v.check((items) => new Set(items.map(({ type }) => type)).size === items.length, 'a form comes twice'),
    v.check((items) => sum(items) <= MAX_CLIP, `more than ${MAX_CLIP} bytes`),
  ),
});
export type ClipAnnouncement = v.InferOutput<typeof ClipAnnouncement>;

/** So many bytes of the transfer have come: more may follow. */
export const ClipReceived = v.object({ type: v.literal('clipboard-received'), transfer: whole, bytes: size });
export type ClipReceived = v.InferOutput<typeof ClipReceived>;

export type ClipMessage = ClipAnnouncement | ClipReceived;

/** The next bytes of a transfer: those of its items, one after the other. */
export interface ClipPart {
  transfer: number;
  data: Uint8Array;
}

/** @throws ProtocolError if it is empty or larger than {@link MAX_CLIP_PART} */
export function encodeClipPart({ transfer, data }: ClipPart): Uint8Array<ArrayBuffer> {
  check(data);
  return new ByteWriter(8 + data.byteLength).u8(BinaryType.ClipPart).u8(0).u16(0).u32(transfer).put(data)
    .bytes;
}

/** @throws ProtocolError if the bytes do not follow the layout */
export function decodeClipPart(bytes: Uint8Array): ClipPart {
  const reader = new ByteReader(bytes);
  if (reader.u8() !== BinaryType.ClipPart) throw new ProtocolError('not a part of a clip');
  reader.u8();
  reader.u16();
  const part = { transfer: reader.u32(), data: reader.take(reader.remaining) };
  check(part.data);
  return part;
}

function check({ byteLength }: Uint8Array): void {
  if (byteLength === 0 || byteLength > MAX_CLIP_PART) {
    throw new ProtocolError(`a part of ${byteLength} bytes, 1 to ${MAX_CLIP_PART} are allowed`);
  }
}

function sum(items: readonly { size: number }[]): number {
  return items.reduce((total, item) => total + item.size, 0);
}
