/** What the table says of an encoder; nothing here runs it. */

export interface EncoderSettings {
  width: number;
  height: number;
  /** Frames per second at most. */
  fps: number;
  /** kbit/s at `fps`. */
  bitrate: number;
  /** The finest quantiser that a frame may have, on H.264's scale. */
  minQuantizer: number;
}

export type CodecName = 'h264' | 'h265' | 'vp8' | 'vp9' | 'av1';

export type ElementProperties = Record<string, string | number | boolean>;

/** One GStreamer element and how it is to be run for a screen: no lookahead, no reordering, key frames on request. */
export interface EncoderKind {
  /** The element's name, as in `--encoder`. */
  name: string;
  /** GStreamer's plugin that has the element. */
  plugin: string;
  /** Debian package whose plugin brings it. */
  package: string;
  /** As in `--codec`. */
  codec: CodecName;
  /** Whether a GPU does the work. */
  hardware: boolean;
  /** It is known to hang somewhere: nothing of it runs in this process before it ran well in another. */
  mayHang?: boolean;
  /** Layout of the frames that it takes. */
  format: 'NV12' | 'I420' | 'Y444';
  /** Name of the element for the GPU with this number; the plain name stands for the first. */
  elementOn?(gpu: number): string;
  /** Those that the element of another version of GStreamer lacks are left out. */
  properties(settings: EncoderSettings): ElementProperties;
  /** Property and value that set the bit rate while it runs. */
  bitrate(kilobits: number): [property: string, value: string];
  /** Whether each pixel has a colour of its own (4:4:4), for which viewers need another decoder. */
  fullChroma?: boolean;
  /** Caps of what leaves it. */
  output: string;
  /** Codec string (WebCodecs codec registry) of what begins with this key frame. */
  codecString(keyFrame: Uint8Array): string;
}

/** How the codec strings of a codec begin. */
export const CODEC_PREFIXES: Readonly<Record<CodecName, readonly string[]>> = {
  h264: ['avc1'],
  h265: ['hev1', 'hvc1'],
  vp8: ['vp8'],
  vp9: ['vp09'],
  av1: ['av01'],
};

/** H.264 with a colour for each pixel: High 4:4:4 Predictive (ITU-T H.264 annex A.2.11). */
export const FULL_CHROMA_PREFIX = 'avc1.F4';

/** For encoders that give each frame `bitrate / fps`: six frames at 60 a second, room for a key frame and little to drain. */
export const BUFFER_MS = 100;

/** No key frame but on request. */
export const NEVER = 2 ** 31 - 1;

export function wholeKilobits(kilobits: number): number {
  return Math.max(1, Math.round(kilobits));
}

export function wholeBits(kilobits: number): number {
  return Math.max(1, Math.round(kilobits * 1000));
}
