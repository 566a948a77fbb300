/** Ends the visits of those whose link expires or is revoked while they are there. */
import type { Session } from '../session/session.ts';
import { badLink, refusalOf } from './problem.ts';
import type { Shares } from './shares.ts';

/** How often links are looked at while somebody is there by one, ms: who revokes one sees that it worked. */
const LOOK_EVERY = 1000;

export function watchLinks(shares: Shares, session: Pick<Session, 'guests' | 'end'>): Disposable {
  const look = async (): Promise<void> => {
    const ids = new Set(session.guests.map(({ credential }) => credential).filter((id) => shares.isId(id)));
    for (const id of ids) {
      const { problem } = await shares.stateOf(id);
      if (problem) session.end(({ credential }) => credential === id, refusalOf(badLink(problem)));
    }
  };
  const timer = setInterval(() => void look(), LOOK_EVERY);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
