/** RTP's clock for video: ticks per ms (RFC 6184 section 8.2.1 and the other payload formats say 90 kHz). */
const TICKS_PER_MS = 90;

/**
 * RTP time stamp of the frame of a picture update: how a viewer finds the frame that belongs to an update.
 *
 * @param captureTime of the update
 */
export function rtpTimestamp(captureTime: number): number {
  return Math.round(captureTime * TICKS_PER_MS) % 2 ** 32;
}
