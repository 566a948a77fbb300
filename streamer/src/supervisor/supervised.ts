/** Keeps a child running: starts it again, with back-off, whenever it ends. */
import { setTimeout as delay } from 'node:timers/promises';
import { restartDelay, STEADY_AFTER } from './back-off.ts';
import type { Child, Exit } from './child.ts';

/** Starts the child once; the signal says that nobody wants it any more. */
export type Start = (signal: AbortSignal) => Promise<Child>;

export interface SupervisedEvents {
  /** A start after the first one has succeeded. */
  onRestarted?(): void;
  /** The child ended by itself. Waited for before the next start. */
  onExit?(exit: Exit): void | Promise<void>;
  /** A start after the first one failed; it is tried again. */
  onStartFailed?(error: Error): void;
}

export class Supervised implements AsyncDisposable {
  readonly #start: Start;
  readonly #events: SupervisedEvents;
  readonly #stopping: AbortController;
  #child: Child;
  #running: Promise<void>;

  /** @throws what the first start throws: what never ran is an error to tell, not to retry */
  static async start(start: Start, events: SupervisedEvents = {}): Promise<Supervised> {
    const stopping = new AbortController();
    return new Supervised(await start(stopping.signal), start, events, stopping);
  }

  private constructor(first: Child, start: Start, events: SupervisedEvents, stopping: AbortController) {
    this.#child = first;
    this.#start = start;
    this.#events = events;
    this.#stopping = stopping;
    this.#running = this.#keepRunning();
  }

  /** Of the run at hand, or of the last one. */
  get pid(): number {
    return this.#child.pid;
  }

  /** Ends the run at hand; the next one follows. */
  async restart(): Promise<void> {
    await this.#child.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    await this.#child.stop();
    await this.#running;
  }

  async #keepRunning(): Promise<void> {
    let shortRuns = 0;
    for (;;) {
      const started = Date.now();
      const exit = await this.#child.exited;
      await this.#child.stop();
      if (this.#stopping.signal.aborted) return;
      await this.#events.onExit?.(exit);
      shortRuns = Date.now() - started < STEADY_AFTER ? shortRuns + 1 : 0;
      if (!(await this.#startAgain(shortRuns))) return;
    }
  }

  /** False if it is not to run any more. */
  async #startAgain(shortRuns: number): Promise<boolean> {
    for (let attempt = shortRuns; ; attempt += 1) {
      await delay(restartDelay(attempt), undefined, { signal: this.#stopping.signal }).catch(() => {});
      if (this.#stopping.signal.aborted) return false;
      try {
        this.#child = await this.#start(this.#stopping.signal);
      } catch (error) {
        if (this.#stopping.signal.aborted) return false;
        this.#events.onStartFailed?.(error as Error);
        continue;
      }
      if (this.#stopping.signal.aborted) {
        await this.#child.stop();
        return false;
      }
      this.#events.onRestarted?.();
      return true;
    }
  }
}
