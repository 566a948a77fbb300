/**
 * What a decoder has to know of Opus with more than two channels: the identification header of RFC 7845 section 5.1, with
 * the layouts of the streamer's encoder (GStreamer's opusenc) for mapping family 1.
 */

interface Layout {
  streams: number;
  /** Of them, those that carry two channels. */
  coupled: number;
  /** For each channel in Vorbis' order (section 5.1.1.2), which decoded one it is. */
  mapping: readonly number[];
}

const LAYOUTS: Readonly<Record<number, Layout>> = {
  6: { streams: 4, coupled: 2, mapping: [0, 4, 1, 2, 3, 5] },
  // The encoder's own header has other numbers for 7.1, and is wrong: test/e2e/surround.test.ts holds these.
  8: { streams: 5, coupled: 3, mapping: [0, 4, 1, 2, 3, 6, 7, 5] },
};

/** undefined: mono and stereo need none. */
export function opusHead(channels: number): Uint8Array<ArrayBuffer> | undefined {
  const layout = LAYOUTS[channels];
  if (!layout) return undefined;
  const magic = [...'OpusHead'].map((letter) => letter.charCodeAt(0));
  const version = 1;
  const preSkip = [0, 0];
  // 48,000 Hz, little-endian.
  const rate = [0x80, 0xbb, 0, 0];
  const gain = [0, 0];
  const family = 1;
  const { streams, coupled, mapping } = layout;
  return Uint8Array.of(
    ...magic,
    version,
    channels,
    ...preSkip,
    ...rate,
    ...gain,
    family,
    streams,
    coupled,
    ...mapping,
  );
}
