/** Makes guessing slow: whoever brings a wrong token waits, and longer each time. A right one never comes here. */

/** First wait after a wrong token, ms: a person who mistypes hardly notices. It doubles with each further one ... */
const FIRST_WAIT = 250;

/** ... up to this, ms: a proxy in front gives up at 30 s and more. */
const LONGEST_WAIT = 8000;

/** An address is forgotten after this long without a wrong token, ms. */
const MEMORY = 60_000;

/** Addresses remembered, and requests kept waiting, at most: memory stays bounded under a flood. */
const MOST_ADDRESSES = 1024;
const MOST_WAITING = 64;

export class WrongTokens {
  /** By address, the longest unseen first. */
  readonly #seen = new Map<string, { count: number; last: number }>();
  #waiting = 0;

  /** Waits as long as this address is to wait; answers false at once when too many wait already. */
  async wait(address: string): Promise<boolean> {
    const delay = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.#countEarlier(address));
    if (this.#waiting >= MOST_WAITING) return false;
    this.#waiting++;
    await new Promise((resolve) => setTimeout(resolve, delay).unref());
    this.#waiting--;
    return true;
  }

  #countEarlier(address: string): number {
    const now = Date.now();
    const entry = this.#seen.get(address);
    const count = entry && now - entry.last < MEMORY ? entry.count : 0;
    this.#seen.delete(address);
    this.#seen.set(address, { count: count + 1, last: now });
    if (this.#seen.size > MOST_ADDRESSES) this.#seen.delete(this.#seen.keys().next().value!);
    return count;
  }
}
