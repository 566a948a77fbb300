/** How long to wait for a key frame before it is asked for again, ms: a slow way takes a second for a large one. */
const ASK_AGAIN_AFTER = 1000;

/** Asks for a key frame once, however often it is found missing. */
export class KeyFrameRequests {
  readonly #send: () => void;
  #asked = Number.NEGATIVE_INFINITY;

  constructor(send: () => void) {
    this.#send = send;
  }

  request(): void {
    const time = performance.now();
    if (time - this.#asked < ASK_AGAIN_AFTER) return;
    this.#asked = time;
    this.#send();
  }

  /** One came, or another stream began. */
  reset(): void {
    this.#asked = Number.NEGATIVE_INFINITY;
  }
}
