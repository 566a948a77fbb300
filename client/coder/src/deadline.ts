import { CoderError } from './errors.ts';

/** The caller's signal and a time limit in one. Counts on the monotonic clock, so a changed wall clock does no harm. */
export class Deadline {
  readonly signal: AbortSignal;
  readonly #caller: AbortSignal | undefined;
  readonly #limit: AbortSignal;
  readonly #limitMs: number;
  readonly #end: number;

  constructor(limitMs: number, caller?: AbortSignal) {
    this.#caller = caller;
    this.#limit = AbortSignal.timeout(Math.min(limitMs, MAX_TIMER_MS));
    this.#limitMs = limitMs;
    this.#end = performance.now() + limitMs;
    this.signal = caller ? AbortSignal.any([caller, this.#limit]) : this.#limit;
  }

  get remainingMs(): number {
    return Math.max(0, this.#end - performance.now());
  }

  /**
   * What to throw instead of what an aborted operation threw.
   *
   * @param what what took too long, for the message
   */
  explain(error: unknown, what: string, nextStep: string): unknown {
    if (this.#caller?.aborted) return this.#caller.reason;
    if (!this.#limit.aborted) return error;
    return new CoderError('timeout', { message: `${what} within ${this.#limitMs / 1000} s`, nextStep });
  }
}

/** Longest delay that timers take: 2^31 - 1 ms, about 24 days. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** @throws the signal's reason, as soon as it aborts */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', abort, { once: true });
  });
}
