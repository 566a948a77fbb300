/** What had arrived of viewers that are gone, so that a page which lost its connection sends the rest, and that once. */
import type { Of, ViewerMessage } from '@deskside/protocol';

/** Who comes back does so within seconds. The one that has been gone longest is forgotten. */
const MAX_GONE = 64;

interface Gone {
  id: string;
  /** The secret of their visit. */
  visit: string;
  /** Everything up to this number has arrived. */
  arrived: number;
}

export class Departures {
  readonly #gone = new Map<string, Gone>();

  add({ id, visit, arrived }: Gone): void {
    this.#gone.set(id, { id, visit, arrived });
    if (this.#gone.size > MAX_GONE) this.#gone.delete(this.#gone.keys().next().value!);
  }

  /** What had arrived of the viewer whose place is taken; undefined: nobody knows. */
  arrived({ visit, replaces }: Pick<Of<ViewerMessage, 'hello'>, 'visit' | 'replaces'>): number | undefined {
    const gone = replaces === undefined ? undefined : this.#gone.get(replaces);
    return gone?.visit === visit ? gone?.arrived : undefined;
  }
}
