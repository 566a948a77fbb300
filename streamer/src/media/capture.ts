import { unixClock } from './clock.ts';
import type { Framebuffer } from './framebuffer.ts';
import { type Changes, XScreen } from './screen.ts';
import type { PictureStream } from './stream.ts';

/**
 * Reads the screen when it changed and a stream can take it, never otherwise: without damage or without a grant
 * nothing runs, and whoever is late gets the newest picture.
 */
export class Capture implements Disposable {
  /**
   * @param segment number of the System V segment that the X server draws in, if it does
   * @param clockOrigin of the clock of capture times, see clock.ts
   * @param onFailed capturing cannot go on
   * @throws Error if the X server or shared memory cannot be had
   */
  static async start(
    display: string,
    segment: number | undefined,
    clockOrigin: number,
    onFailed: (error: Error) => void,
  ): Promise<Capture> {
    const capture = new Capture(clockOrigin, onFailed);
    const events = { onChange: () => capture.#change(), onLost: onFailed };
    capture.#screen = await XScreen.connect(display, events, segment);
    return capture;
  }

  readonly #toUnix: (time: number) => number;
  readonly #onFailed: (error: Error) => void;
  readonly #streams = new Set<PictureStream>();
  #screen!: XScreen;
  #changed = false;
  #reading = false;
  #timer: NodeJS.Timeout | undefined;
  /** When the timer is to fire, ms on `performance`'s clock; infinite without one. */
  #alarm = Number.POSITIVE_INFINITY;

  private constructor(clockOrigin: number, onFailed: (error: Error) => void) {
    this.#toUnix = unixClock(clockOrigin);
    this.#onFailed = onFailed;
  }

  get framebuffer(): Framebuffer {
    return this.#screen.framebuffer;
  }

  add(stream: PictureStream): void {
    this.#streams.add(stream);
    // The screen may have got another size while the stream was being opened.
    if (stream.screen !== this.framebuffer) this.#orFail(stream.resize(this.framebuffer));
  }

  remove(stream: PictureStream): void {
    this.#streams.delete(stream);
  }

  /** To be called whenever a stream may have become able to take something. */
  wake(): void {
    if (this.#reading) return;
    let due = Number.POSITIVE_INFINITY;
    let refine = Number.POSITIVE_INFINITY;
    for (const stream of this.#streams) {
      due = Math.min(due, stream.dueAt(this.#changed));
      refine = Math.min(refine, stream.refineAt);
    }
    const soon = performance.now() + TIMER_SLACK_MS;
    if (Math.min(due, refine) <= soon) {
      this.#orFail(this.#serve(refine <= soon));
      return;
    }
    this.#wakeAt(Math.min(due, refine));
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#streams.clear();
    this.#screen[Symbol.dispose]();
  }

  /** Or earlier, which costs less than to set a timer anew after each of many changes. */
  #wakeAt(time: number): void {
    if (time >= this.#alarm) return;
    clearTimeout(this.#timer);
    this.#alarm = time;
    this.#timer = setTimeout(
      () => {
        this.#alarm = Number.POSITIVE_INFINITY;
        this.wake();
      },
      Math.max(0, time - performance.now()),
    );
  }

  #change(): void {
    this.#changed = true;
    if (this.#screen) this.wake();
  }

  /** @param refines something that rests is to be sharpened: it may have moved just now */
  async #serve(refines: boolean): Promise<void> {
    this.#reading = true;
    this.#changed = false;
    const since = performance.now();
    try {
      await this.#screen.read(
        (changed) => refines || [...this.#streams].some((stream) => stream.needsStill(changed)),
        (changes) => this.#look(changes, since),
      );
    } finally {
      this.#reading = false;
    }
    this.wake();
  }

  #look({ resized, time, rectangles, still }: Changes, since: number): void {
    // Others became due, or were asked for a key frame, while the screen was being read: they are served anew.
    const served = [...this.#streams].filter((stream) => still || !stream.needsStill(rectangles));
    for (const stream of this.#streams) {
      if (resized) this.#orFail(stream.resize(this.framebuffer));
      else stream.damage(rectangles);
    }
    const soon = performance.now() + TIMER_SLACK_MS;
    const captureTime = this.#toUnix(time);
    for (const stream of served) {
      if (stream.dueAt(false) <= soon) this.#orFail(stream.send(time, captureTime, since));
    }
    if (!still) return;
    // Between what moves: whoever waits for the next frame's time lets what rests go first.
    for (const stream of this.#streams) {
      if (stream.refineAt <= soon) stream.refine(performance.now(), captureTime);
    }
  }

  #orFail(work: Promise<void>): void {
    work.then(() => this.wake(), this.#onFailed);
  }
}

/** Timers are exact to a millisecond: what is due sooner than this is done at once. */
const TIMER_SLACK_MS = 0.3;
