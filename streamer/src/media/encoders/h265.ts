/** What viewers take: start codes, whole access units. */
export const H265_OUTPUT = 'video/x-h265,profile=main,stream-format=byte-stream,alignment=au';

/**
 * Codec string of an H.265 stream (ISO/IEC 14496-15 annex E.3): profile space and profile, compatibility flags with
 * their bits reversed, tier and level, constraint bytes without the zeros at the end; all from `profile_tier_level` in
 * the sequence parameter set (ITU-T H.265 section 7.3.3).
 *
 * @param keyFrame an access unit in byte stream format (H.265 annex B)
 * @throws Error if it carries no sequence parameter set
 */
export function h265CodecString(keyFrame: Uint8Array): string {
  for (let i = 0; i + 5 < keyFrame.length; i++) {
    const startCode = keyFrame[i] === 0 && keyFrame[i + 1] === 0 && keyFrame[i + 2] === 1;
    if (!startCode || ((keyFrame[i + 3]! >> 1) & 0x3f) !== NAL_SPS) continue;
    // The NAL unit header has 2 bytes, and one holds the parameter sets' numbers.
    const fields = withoutEmulation(keyFrame.subarray(i + 6, i + 6 + 2 * PROFILE_TIER_LEVEL_BYTES));
    if (fields.length >= PROFILE_TIER_LEVEL_BYTES) return describe(fields);
  }
  throw new Error('The encoder made a key frame without a sequence parameter set.');
}

function describe(fields: readonly number[]): string {
  const space = ['', 'A', 'B', 'C'][fields[0]! >> 6];
  const tier = fields[0]! & 0x20 ? 'H' : 'L';
  const constraints = fields.slice(5, 11);
  while (constraints.at(-1) === 0) constraints.pop();
  return [
    `hev1.${space}${fields[0]! & 0x1f}`,
    reversed(fields.slice(1, 5)).toString(16).toUpperCase(),
    `${tier}${fields[11]}`,
    ...constraints.map((byte) => byte.toString(16).toUpperCase()),
  ].join('.');
}

/** The 32 bits of four bytes, the first bit as the lowest. */
function reversed(bytes: readonly number[]): number {
  let value = 0;
  for (let bit = 31; bit >= 0; bit--) value = value * 2 + ((bytes[bit >> 3]! >> (7 - (bit & 7))) & 1);
  return value;
}

/** Leaves out the 3 that follows two zero bytes (section 7.4.2, emulation prevention). */
function withoutEmulation(bytes: Uint8Array): number[] {
  return [...bytes].filter((byte, i) => !(byte === 3 && i >= 2 && bytes[i - 1] === 0 && bytes[i - 2] === 0));
}

const NAL_SPS = 33;
const PROFILE_TIER_LEVEL_BYTES = 12;
