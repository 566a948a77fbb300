/** A run at least this long, ms, was no failure to start: the next one comes at once. */
export const STEADY_AFTER = 5_000;

/** The first retry may be this soon, ms: a crash costs at most a second of picture. */
const FIRST_DELAY = 250;

/** Retries never get rarer than this, ms: whoever repairs the cause sees the effect soon. */
const LONGEST_DELAY = 10_000;

/** How long to wait before the next start, ms, after so many short runs in a row. */
export function restartDelay(shortRuns: number): number {
  if (shortRuns === 0) return 0;
  return Math.min(FIRST_DELAY * 2 ** (shortRuns - 1), LONGEST_DELAY);
}
