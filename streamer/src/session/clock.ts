/**
 * Ms since the Unix epoch on the streamer's monotonic clock, the one of `PictureUpdate.captureTime`: it never jumps
 * when somebody sets the machine's clock.
 */
export function streamerTime(): number {
  return performance.timeOrigin + performance.now();
}
