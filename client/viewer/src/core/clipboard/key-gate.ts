import type { ViewerMessage } from '@deskside/protocol';

/** Keys wait no longer than this for what should reach the desktop before them, ms. */
const PATIENCE = 500;

/** Keeps the keyboard's messages, in order, behind what must reach the desktop before them: what a key is to paste. */
export class KeyGate {
  readonly #send: (message: ViewerMessage) => void;
  readonly #waiting: ViewerMessage[] = [];
  #holds = 0;

  constructor(send: (message: ViewerMessage) => void) {
    this.#send = send;
  }

  send(message: ViewerMessage): void {
    if (this.#holds > 0) this.#waiting.push(message);
    else this.#send(message);
  }

  /** Messages wait until it settles, or for as long as their patience lasts. */
  async holdUntil(event: Promise<unknown>): Promise<void> {
    this.#holds++;
    const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE));
    await Promise.race([event, patience]).catch(() => {});
    this.#holds--;
    if (this.#holds > 0) return;
    for (const message of this.#waiting.splice(0)) this.#send(message);
  }
}
