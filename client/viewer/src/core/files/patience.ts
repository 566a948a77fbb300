import { reconnectDelay } from '../reconnect-policy.ts';
import { FilesError } from './files-client.ts';

/** The wait before the next attempt, longer each time; for ever, since whoever waits can cancel. */
export class Patience {
  #failures = 0;

  /** Something arrived: the next failure is a first one. */
  reset(): void {
    this.#failures = 0;
  }

  /** @throws what was thrown, if it will not pass by itself, and the signal's reason */
  async wait(error: unknown, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (!(error instanceof FilesError) || !error.isPassing) throw error;
    const delay = error.retryAfter ?? reconnectDelay(this.#failures++, Math.random());
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(resolve, delay);
      signal.addEventListener('abort', () => {
        clearTimeout(timer);
        reject(signal.reason);
      });
    });
  }
}
