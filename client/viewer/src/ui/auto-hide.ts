import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** How long the toolbar stays after it was last needed, ms: long enough to move the pointer back to it. */
const LINGER = 2500;

/** Shows something until nobody has been at it for a while. */
export class AutoHide implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #shown = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  get shown(): boolean {
    return this.#shown;
  }

  /** Shows it until `release()`. */
  hold(): void {
    clearTimeout(this.#timer);
    this.#set(true);
  }

  /** Hides it after a while. */
  release(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.hide(), LINGER);
  }

  hide(): void {
    clearTimeout(this.#timer);
    this.#set(false);
  }

  hostDisconnected(): void {
    clearTimeout(this.#timer);
  }

  #set(shown: boolean): void {
    this.#shown = shown;
    this.#host.requestUpdate();
  }
}
