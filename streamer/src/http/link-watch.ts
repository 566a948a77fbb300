/** Ends the visits of those whose link expires or is revoked while they are there. */
import type { Session } from '../session/session.ts';
import { badLink, refusalOf } from './problem.ts';
import type { Shares } from './shares.ts';

/** How often links are looked at while somebody is there by one, ms: who revokes one sees that it worked. */
const LOOK_EVERY = 1000;

export class LinkWatch implements Disposable {
  readonly #shares: Shares;
  readonly #session: Pick<Session, 'guests' | 'end'>;
  /** Runs while somebody is there by a link. */
  #timer: NodeJS.Timeout | undefined;

  constructor(shares: Shares, session: Pick<Session, 'guests' | 'end'>) {
    this.#shares = shares;
    this.#session = session;
  }

  /** Somebody was let in, by a link or otherwise. */
  joined(): void {
    if (!this.#timer && this.#links.size > 0) this.#timer = setInterval(() => void this.#look(), LOOK_EVERY);
  }

  [Symbol.dispose](): void {
    this.#stop();
  }

  /** Of those who are there. */
  get #links(): Set<string> {
    const credentials = this.#session.guests.map(({ credential }) => credential);
    return new Set(credentials.filter((id) => this.#shares.isId(id)));
  }

  async #look(): Promise<void> {
    const links = this.#links;
    if (links.size === 0) return this.#stop();
    for (const id of links) {
      const { problem } = await this.#shares.stateOf(id);
      if (problem) this.#session.end(({ credential }) => credential === id, refusalOf(badLink(problem)));
    }
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
