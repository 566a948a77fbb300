/**
 * One clock for two processes: the system's monotonic clock, put where the gateway's Unix time is, so that a capture
 * time of the media process and a `pong` of the gateway compare.
 */

/** Unix time in ms at which the monotonic clock stood at zero. It differs from process to process: one tells the other. */
export function clockOrigin(): number {
  return performance.timeOrigin + performance.now() - monotonic();
}

/** Turns `performance.now()` into ms since the Unix epoch on the clock of the process whose origin it is. */
export function unixClock(origin: number): (time: number) => number {
  const offset = origin + monotonic() - performance.now();
  return (time) => offset + time;
}

function monotonic(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}
