/** Peers that have connected and not yet shown who they are: few at once, and none for long. */

/** How long a peer may take to show it, ms: a slow tunnel's round trips, not a silent peer's patience. */
const DEADLINE = 10_000;

/** Peers that wait at once. The one that has waited longest makes room: a real viewer does it at once. */
const MOST_WAITING = 64;

export class WaitingRoom {
  /** The longest wait first. */
  readonly #waiting = new Set<() => void>();

  /** Lets a peer wait until the result is disposed of; `onTooLong` is called at most once, and not after that. */
  enter(onTooLong: () => void): Disposable {
    const leave = (): void => {
      clearTimeout(timer);
      this.#waiting.delete(giveUp);
    };
    const giveUp = (): void => {
      leave();
      onTooLong();
    };
    const timer = setTimeout(giveUp, DEADLINE);
    this.#waiting.add(giveUp);
    if (this.#waiting.size > MOST_WAITING) this.#waiting.values().next().value?.();
    return { [Symbol.dispose]: leave };
  }

  /** Gives up on everybody. */
  clear(): void {
    for (const giveUp of this.#waiting) giveUp();
  }
}
