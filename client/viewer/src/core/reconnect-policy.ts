/** First wait, ms: a media proxy or a laptop's Wi-Fi is often back at once. */
const FIRST_DELAY = 250;

/** Longest wait, ms: a person who looks at the notice should not wait longer for a desktop that is back. */
const LONGEST_DELAY = 8000;

/**
 * How long to wait before connecting again: exponential back-off with "equal jitter", so that the viewers of a
 * restarted proxy do not all come in the same instant.
 *
 * @param failures attempts that failed since the connection was last live
 * @param random 0 to 1
 * @returns ms
 */
export function reconnectDelay(failures: number, random: number): number {
  const ceiling = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** failures);
  return (ceiling / 2) * (1 + random);
}
