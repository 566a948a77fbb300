import * as answers from './answers.ts';
import { sleep } from './deadline.ts';
import type { CallOptions, Connection } from './http.ts';
import { type Connect, reconnecting } from './reconnect.ts';
import { readSocket } from './socket.ts';

export interface FollowOptions extends CallOptions {
  /** Only what is newer than the log with this id; 0, the default, is everything. */
  after?: number | undefined;
}

/** A log may be quiet for hours. A new connection after a quiet minute costs little and finds out a dead one. */
const SILENCE_MS = 60_000;

/** Between two looks at a log where no WebSocket comes about. Coder allows 512 requests a minute. */
const POLL_MS = 1000;

/**
 * A log from `after` on, each entry once and in order, until the server says that it is complete. After a drop it goes
 * on behind the last entry that came.
 *
 * @param isOver whether nothing more can come: asked where no WebSocket comes about, which would tell by its close
 * @throws CoderError, or the signal's reason
 */
export function followLog<L extends { id: number }>(
  connection: Connection,
  path: string,
  isOver: () => Promise<boolean>,
  { after = 0, signal = new AbortController().signal, timeoutMs = connection.timeoutMs }: FollowOptions,
): AsyncGenerator<L> {
  let last = after;
  function* news(logs: L[] | null): Generator<L> {
    for (const log of logs ?? []) {
      if (log.id <= last) continue;
      last = log.id;
      yield log;
    }
  }

  const connect: Connect<L> = async function* (reached) {
    const call = { path, query: { follow: true, after: last } };
    const options = { signal, silenceMs: SILENCE_MS, onOpen: reached };
    const entries = (text: string) => news(connection.message<L[] | null>(call, asList(text), answers.logs));
    const end = yield* readSocket(connection.socket(call), options, entries);
    if (end !== 'unopened') return end;
    for (;;) {
      const over = await isOver();
      const logs = await connection.json<L[] | null>({ path, query: { after: last } }, answers.logs, {
        signal,
      });
      reached();
      yield* news(logs);
      if (over) return 'complete';
      await sleep(POLL_MS, signal);
    }
  };
  return reconnecting(connect, { signal, patienceMs: timeoutMs, what: path });
}

/** A build's log comes one entry a message, an agent's in lists. */
function asList(text: string): string {
  return text.trimStart().startsWith('{') ? `[${text}]` : text;
}
