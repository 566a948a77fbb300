import { sleep } from './deadline.ts';
import { CoderError, type CoderErrorCode } from './errors.ts';
import { backOff } from './retry.ts';

export interface ReconnectOptions {
  signal: AbortSignal;
  /** How long the server may be out of reach before the error that kept us from it is thrown, milliseconds. */
  patienceMs: number;
  /** For the error: such as `the log of the build`. */
  what: string;
}

/** A connection that held for so long was a good one: the next attempt follows at once. */
const STABLE_MS = 10_000;

/** One connection: yields what it brings, calls `reached` whenever the server answers, returns how it ended. */
export type Connect<T> = (reached: () => void) => AsyncGenerator<T, 'complete' | 'dropped'>;

/**
 * Connection after connection, until one is complete, the server refuses, or it stays out of reach.
 *
 * @throws CoderError, or the signal's reason
 */
export async function* reconnecting<T>(connect: Connect<T>, options: ReconnectOptions): AsyncGenerator<T> {
  const { signal, patienceMs, what } = options;
  let failures = 0;
  let lastReached = performance.now();
  let lastError: unknown;
  const reached = () => {
    lastReached = performance.now();
  };
  for (;;) {
    const began = performance.now();
    try {
      signal.throwIfAborted();
      if ((yield* connect(reached)) === 'complete') return;
    } catch (error) {
      signal.throwIfAborted();
      if (!passes(error)) throw error;
      lastError = error;
    }
    signal.throwIfAborted();
    const now = performance.now();
    if (now - lastReached > patienceMs) throw lastError ?? lost(what, patienceMs);
    failures = now - began > STABLE_MS ? 1 : failures + 1;
    await sleep(backOff(failures), signal);
  }
}

const PASSING = new Set<CoderErrorCode>(['unreachable', 'timeout', 'rate_limited', 'truncated']);

function passes(error: unknown): boolean {
  if (!(error instanceof CoderError)) return false;
  return PASSING.has(error.code) || (error.status !== undefined && error.status >= 502);
}

function lost(what: string, patienceMs: number): CoderError {
  return new CoderError('unreachable', {
    message: `The connection for ${what} was lost and did not come back within ${patienceMs / 1000} s`,
    nextStep: 'Check the network, and that the deployment and its proxies let WebSockets pass.',
  });
}
