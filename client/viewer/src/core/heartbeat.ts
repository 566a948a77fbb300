import { now } from './clock.ts';

export interface HeartbeatOptions {
  /** Asks the streamer for an answer. */
  ask(): void;
  /** There was none for too long. */
  onSilence(): void;
}

/** How often the streamer is asked while anything moves, ms; costs 400 bit/s. */
const EVERY = 5000;

/** The same at rest, ms: each question wakes the page, and nobody waits for anything. */
const EVERY_AT_REST = 30_000;

/** The first questions come quickly: while a page loads answers are slow, and clocks are known by the quickest. */
const FIRST = [250, 500, 1000];

/** Silence after a question until the way counts as dead, ms: a laptop that wakes up must not wait for TCP's minutes. */
const PATIENCE = 10_000;

/** The same where there is a reason to doubt, ms: a slow round trip, and TCP's first repetition of what was lost. */
const PATIENCE_IN_DOUBT = 3000;

/** Finds out whether the streamer is still there. */
export class Heartbeat implements Disposable {
  readonly #options: HeartbeatOptions;
  #next: ReturnType<typeof setTimeout> | undefined;
  /** Since when an answer is missing, ms. */
  #askedAt: number | undefined;
  /** Something has moved since the last question. */
  #busy = false;
  /** The next question is far away. */
  #rests = false;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
  }

  start(): void {
    this.stop();
    this.#ask(0);
  }

  stop(): void {
    clearTimeout(this.#next);
    this.#next = this.#askedAt = undefined;
    this.#busy = this.#rests = false;
  }

  /** Something came from the streamer: it is there. */
  heard(): void {
    this.#askedAt = undefined;
  }

  /** Something other than a question or its answer moved: there is no rest. */
  moved(): void {
    this.#busy = true;
    if (!this.#rests) return;
    clearTimeout(this.#next);
    this.#ask(FIRST.length);
  }

  /** The network seems to have changed: who is silent for some seconds is gone. */
  doubt(): void {
    clearTimeout(this.#next);
    this.#rests = false;
    this.#options.ask();
    this.#askedAt = now() - PATIENCE;
    this.#next = setTimeout(() => this.#ask(0), PATIENCE_IN_DOUBT);
  }

  [Symbol.dispose](): void {
    this.stop();
  }

  #ask(count: number): void {
    if (this.#askedAt !== undefined && now() - this.#askedAt > PATIENCE) {
      this.#options.onSilence();
      return;
    }
    const isAnswered = this.#askedAt === undefined;
    this.#askedAt ??= now();
    this.#options.ask();
    const first = FIRST[count];
    this.#rests = first === undefined && isAnswered && !this.#busy;
    this.#busy = false;
    this.#next = setTimeout(() => this.#ask(count + 1), first ?? (this.#rests ? EVERY_AT_REST : EVERY));
  }
}
