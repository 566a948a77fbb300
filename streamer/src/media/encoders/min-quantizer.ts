/**
 * How finely a picture is drawn at most. Constant bit rates fill whatever they may take: a film with grain over 1080p takes
 * 7.0 Mbit/s of 8 for 42.8 dB where 4.0 are enough for 42.3 (measured, x264enc), which no eye tells apart while it moves.
 * What rests is sent exactly anyway.
 */

/** Quantiser of H.264 (0 to 51; six more are twice as coarse). OpenH264 takes 26 as the finest for screens by itself. */
const FINEST = 25;

/** Whoever allows more bits than this, kbit/s, wants to see them. */
const USUAL_BITRATE = 8000;

/** Twice the bits are spent by so much of the quantiser. */
const STEPS_FOR_TWICE = 6;

/**
 * @param bitrate what any stream may take, kbit/s
 * @returns the finest quantiser, on H.264's scale
 */
export function minQuantizerFor(bitrate: number): number {
  const octaves = Math.max(0, Math.log2(bitrate / USUAL_BITRATE));
  return Math.max(0, Math.round(FINEST - STEPS_FOR_TWICE * octaves));
}
