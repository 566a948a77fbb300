import { CoderError } from './errors.ts';
import { serverSentEvents } from './events.ts';
import type { CallOptions, Connection } from './http.ts';
import { type Connect, reconnecting } from './reconnect.ts';
import type { Shape } from './shape.ts';
import { readSocket } from './socket.ts';

/** Coder sends a ping every 15 s. */
const SILENCE_MS = 60_000;

/**
 * The states of something, the present one first, over a WebSocket (`<path>-ws`) or, where none comes about, over
 * server-sent events. It comes back after a drop and goes on until it is left or its signal aborts.
 *
 * @throws CoderError, or the signal's reason
 */
export function watch<T>(
  connection: Connection,
  path: string,
  shape: Shape,
  { signal = new AbortController().signal, timeoutMs = connection.timeoutMs }: CallOptions,
): AsyncGenerator<T> {
  let trySocket = true;
  const call = { path };
  const socketCall = { path: `${path}-ws` };
  const socketOptions = (onOpen: () => void) => ({ signal, silenceMs: SILENCE_MS, onOpen });

  function* fromMessage(text: string): Generator<T> {
    const { type } = connection.message<{ type: string }>(socketCall, text, { type: 'string' });
    if (type === 'error') throw reportedError(path);
    if (type === 'data') yield connection.message<{ data: T }>(socketCall, text, { data: shape }).data;
  }

  const connect: Connect<T> = async function* (reached) {
    const socket = trySocket ? connection.socket(socketCall) : undefined;
    if ((yield* readSocket(socket, socketOptions(reached), fromMessage)) !== 'unopened') return 'dropped';
    // A plain request also says why there was no socket: no session, no such workspace, no server.
    const body = await connection.stream(call, signal);
    trySocket = false;
    reached();
    for await (const { type, data } of serverSentEvents(body, SILENCE_MS)) {
      if (type === 'error') throw reportedError(path);
      if (type === 'data') yield connection.message<T>(call, data, shape);
    }
    return 'dropped';
  };
  return reconnecting(connect, { signal, patienceMs: timeoutMs, what: path });
}

/** The server could not read the state just now: the next connection asks anew. */
function reportedError(path: string): CoderError {
  return new CoderError('truncated', {
    message: `The server broke off ${path} with an error of its own`,
    nextStep: "Look at the server's log.",
  });
}
