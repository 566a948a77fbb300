import { BinaryType } from './binary.ts';
import { ByteReader, ByteWriter, ProtocolError } from './bytes.ts';
import { MAX_RECTANGLES } from './limits.ts';

/** A rectangle of the screen, device pixels. */
export interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}

/**
 * The pixels of the rectangle come from the same layer, `dx`, `dy` device pixels away: source = (x - dx, y - dy). Source
 * and rectangle may overlap; all of the source is read first. It lies wholly in exact pixels.
 */
export interface Copy extends Rectangle {
  dx: number;
  dy: number;
}

/** How the bytes of a tile are to be read. */
export const TileCodec = {
  /** QOI-like stream of this project (see tile-codec.ts), opaque RGB. */
  Qoi: 0,
  /** The same, compressed by raw DEFLATE (RFC 1951). */
  QoiDeflate: 1,
} as const;
export type TileCodec = (typeof TileCodec)[keyof typeof TileCodec];

/** Exact pixels of a rectangle. */
export interface Tile extends Rectangle {
  codec: TileCodec;
  data: Uint8Array;
}

/** One access unit of the video layer. */
export interface VideoUnit {
  /** Decodable without any earlier frame of the screen, or of this area. */
  key: boolean;
  /**
   * The part of the screen that the frame shows, over the video of the whole screen: what moves is only so large. Such
   * frames have a decoder of their own, which begins anew with each key frame, and their data always travels along.
   * Left out: the whole screen; where an area was shown, such a frame ends it.
   */
  area?: Rectangle;
  /**
   * The access unit; empty where it travels apart, over RTP. It is then found by the RTP time stamp, which is
   * `rtpTimestamp(captureTime)`.
   */
  data: Uint8Array;
  /** Rectangles that show the video from this frame on; exact pixels there are cleared when it is shown. */
  owns: Rectangle[];
}

/**
 * One change of the picture: copies are applied first, in order, then tiles, as one step; the video when it is
 * decoded.
 */
export interface PictureUpdate {
  /** Counts up by one within a stream, modulo 2^32. */
  id: number;
  /** The stream that it belongs to, announced by a `stream` message; others are dropped. */
  stream: number;
  /** When the pixels were read from the X server: ms since the Unix epoch on the streamer's monotonic clock. */
  captureTime: number;
  /** Sharpens what rests; may be dropped without harm to later updates. */
  refinement: boolean;
  copies: Copy[];
  tiles: Tile[];
  video?: VideoUnit;
}

const HEADER = 24;
const COPY = 12;
const TILE = 16;
const OWNED = 8;
const AREA = 8;

const FLAG_VIDEO = 1;
const FLAG_KEY = 2;
const FLAG_REFINEMENT = 4;
const FLAG_AREA = 8;

/**
 * Bytes of a picture update; the layout stands in this package's README.
 *
 * @throws ProtocolError if a list is longer than {@link MAX_RECTANGLES}
 */
export function encodePictureUpdate(update: PictureUpdate): Uint8Array<ArrayBuffer> {
  const { copies, tiles, video } = update;
  const owns = video?.owns ?? [];
  for (const list of [copies, tiles, owns]) checkCount(list.length);
  let size = HEADER + copies.length * COPY + tiles.length * TILE + owns.length * OWNED;
  if (video?.area) size += AREA;
  for (const tile of tiles) size += tile.data.byteLength;
  size += video?.data.byteLength ?? 0;

  const writer = new ByteWriter(size)
    .u8(BinaryType.PictureUpdate)
    .u8(flagsOf(update))
    .u16(update.stream)
    .u32(update.id)
    .f64(update.captureTime)
    .u16(copies.length)
    .u16(tiles.length)
    .u16(owns.length)
    .u16(0);
  if (video?.area) putRectangle(writer, video.area);
  for (const copy of copies) putRectangle(writer, copy).i16(copy.dx).i16(copy.dy);
  for (const tile of tiles) {
    putRectangle(writer, tile).u8(tile.codec).u8(0).u16(0).u32(tile.data.byteLength);
  }
  for (const rectangle of owns) putRectangle(writer, rectangle);
  for (const tile of tiles) writer.put(tile.data);
  if (video) writer.put(video.data);
  return writer.bytes;
}

/**
 * Reads a picture update; the byte arrays in the result are views of `bytes`.
 *
 * @throws ProtocolError if the bytes do not follow the layout
 */
export function decodePictureUpdate(bytes: Uint8Array): PictureUpdate {
  const reader = new ByteReader(bytes);
  if (reader.u8() !== BinaryType.PictureUpdate) throw new ProtocolError('not a picture update');
  const flags = reader.u8();
  const stream = reader.u16();
  const id = reader.u32();
  const captureTime = reader.f64();
  const copyCount = checkCount(reader.u16());
  const tileCount = checkCount(reader.u16());
  const ownedCount = checkCount(reader.u16());
  reader.u16();

  const area = (flags & FLAG_AREA) !== 0 ? takeRectangle(reader) : undefined;
  const copies = Array.from({ length: copyCount }, () => ({
    ...takeRectangle(reader),
    dx: reader.i16(),
    dy: reader.i16(),
  }));
  const headers = Array.from({ length: tileCount }, () => takeTileHeader(reader));
  const owns = Array.from({ length: ownedCount }, () => takeRectangle(reader));
  const tiles = headers.map(({ length, ...tile }) => ({ ...tile, data: reader.take(length) }));
  const update = { id, stream, captureTime, refinement: (flags & FLAG_REFINEMENT) !== 0, copies, tiles };
  if ((flags & FLAG_VIDEO) === 0) {
    reader.end();
    return update;
  }
  const key = (flags & FLAG_KEY) !== 0;
  return { ...update, video: { key, ...(area && { area }), owns, data: reader.take(reader.remaining) } };
}

/** Id, stream and kind of an encoded update, without reading the rest: what a router of updates needs. */
export function peekPictureUpdate(bytes: Uint8Array): {
  id: number;
  stream: number;
  captureTime: number;
  video: boolean;
  /** There is a key frame of the whole screen: a viewer can begin with it. */
  key: boolean;
  refinement: boolean;
} {
  const reader = new ByteReader(bytes);
  reader.u8();
  const flags = reader.u8();
  return {
    stream: reader.u16(),
    id: reader.u32(),
    captureTime: reader.f64(),
    video: (flags & FLAG_VIDEO) !== 0,
    key: (flags & (FLAG_KEY | FLAG_AREA)) === FLAG_KEY,
    refinement: (flags & FLAG_REFINEMENT) !== 0,
  };
}

/** Whether an update was made before another one of its stream; ids count modulo 2³². */
export function precedes(id: number, other: number): boolean {
  return (id - other) >>> 0 >= 2 ** 31;
}

function flagsOf({ video, refinement }: PictureUpdate): number {
  return (
    (video ? FLAG_VIDEO : 0) |
    (video?.key ? FLAG_KEY : 0) |
    (refinement ? FLAG_REFINEMENT : 0) |
    (video?.area ? FLAG_AREA : 0)
  );
}

function putRectangle(writer: ByteWriter, { x, y, width, height }: Rectangle): ByteWriter {
  return writer.u16(x).u16(y).u16(width).u16(height);
}

function takeRectangle(reader: ByteReader): Rectangle {
  return { x: reader.u16(), y: reader.u16(), width: reader.u16(), height: reader.u16() };
}

function takeTileHeader(reader: ByteReader): Rectangle & { codec: TileCodec; length: number } {
  const rectangle = takeRectangle(reader);
  const codec = reader.u8();
  if (codec !== TileCodec.Qoi && codec !== TileCodec.QoiDeflate) {
    throw new ProtocolError(`unknown tile codec ${codec}`);
  }
  reader.u8();
  reader.u16();
  return { ...rectangle, codec, length: reader.u32() };
}

function checkCount(count: number): number {
  if (count > MAX_RECTANGLES)
    throw new ProtocolError(`${count} rectangles, at most ${MAX_RECTANGLES} are allowed`);
  return count;
}
