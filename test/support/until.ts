import { setTimeout as sleep } from 'node:timers/promises';

/** Far beyond what any condition takes, so that a slow machine does not fail and a lost one does not hang, ms. */
const PATIENCE_MS = 30_000;

/** Between two looks, ms. */
const INTERVAL_MS = 25;

type Truthy<T> = Exclude<T, undefined | null | false | 0 | ''>;

/**
 * Looks again and again until there is something to return.
 *
 * @param what the condition in words, for the error
 * @param look answers with something truthy once the condition holds; while it throws, it does not hold
 * @throws Error naming the condition and what the last look gave
 */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  patience = PATIENCE_MS,
): Promise<Truthy<T>> {
  const end = performance.now() + patience;
  for (;;) {
    let seen: unknown;
    try {
      seen = await look();
      if (seen) return seen as Truthy<T>;
    } catch (error) {
      seen = error;
    }
    if (performance.now() > end) {
      throw new Error(`Waited ${patience} ms for ${what}; the last look gave: ${describe(seen)}`, {
        cause: seen,
      });
    }
    await sleep(INTERVAL_MS);
  }
}

function describe(value: unknown): string {
  return value instanceof Error ? value.message : (JSON.stringify(value) ?? String(value));
}
