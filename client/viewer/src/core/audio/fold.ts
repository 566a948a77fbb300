/** Equal power (-3 dB), as Web Audio mixes 5.1 down (section 4.2). */
const HALF_POWER = Math.SQRT1_2;

/**
 * Puts the side channels of 7.1 into the rear ones: Web Audio mixes 5.1 down to whatever there is, of 7.1 it would play the
 * first channels only.
 *
 * @param channels front left and right, centre, low frequencies, rear left and right, side left and right
 * @returns the first six
 */
export function foldSides(channels: readonly Float32Array<ArrayBuffer>[]): Float32Array<ArrayBuffer>[] {
  const fold = (rear: number): Float32Array<ArrayBuffer> =>
    channels[rear]!.map((sample, i) => (sample + channels[rear + 2]![i]!) * HALF_POWER);
  return [...channels.slice(0, 4), fold(4), fold(5)];
}
