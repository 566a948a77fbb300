import { NUMBERED_WINDOW } from '@deskside/protocol';

/** What came over a way that may break is told of within this, ms: the viewer sends it again else. */
const SOON = 50;

/** What came over the WebSocket is safe, and only kept until it is told of, ms: a page that hears less works less. */
const LATER = 1000;

/** So much is not left untold, bytes: the viewer sends nothing more once its window is full. */
const MUCH = NUMBERED_WINDOW / 4;

/** Says when a viewer is to be told what of its numbered messages has arrived. */
export class ArrivalNotice implements Disposable {
  readonly #tell: () => void;
  #untold = 0;
  #timer: NodeJS.Timeout | undefined;
  /** Whether the timer is one for soon. */
  #isSoon = false;

  constructor(tell: () => void) {
    this.#tell = tell;
  }

  /**
   * A message came.
   *
   * @param bytes its size
   * @param isSafe it came over the WebSocket
   */
  came(bytes: number, isSafe: boolean): void {
    this.#untold += bytes;
    const isSoon = !isSafe || this.#untold >= MUCH;
    if (this.#timer && (this.#isSoon || !isSoon)) return;
    clearTimeout(this.#timer);
    this.#isSoon = isSoon;
    this.#timer = setTimeout(() => this.#now(), isSoon ? SOON : LATER);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }

  #now(): void {
    this.#timer = undefined;
    this.#untold = 0;
    this.#tell();
  }
}
