/** First byte of every binary message. */
export const BinaryType = {
  /** Streamer to viewer: see picture.ts. */
  PictureUpdate: 0x01,
  /** Streamer to viewer: see cursor.ts. */
  CursorShape: 0x02,
  /** A piece of a larger message on a data channel: see parts.ts. */
  Part: 0x03,
  /** Either way: see audio.ts. */
  AudioPacket: 0x04,
  /** Viewer to streamer: see acknowledgement.ts. */
  Acknowledgement: 0x10,
  /** Viewer to streamer: see pointer.ts. */
  Pointer: 0x11,
  /** Viewer to streamer: see pointer.ts. */
  PointerMotion: 0x12,
  /** Viewer to streamer: see pointer.ts. */
  Wheel: 0x13,
  /** Viewer to streamer: see numbered.ts. */
  Numbered: 0x18,
  /** Viewer to streamer: see numbered.ts. */
  Fleeting: 0x19,
  /** Either way: see clip.ts. */
  ClipPart: 0x20,
} as const;
export type BinaryType = (typeof BinaryType)[keyof typeof BinaryType];
