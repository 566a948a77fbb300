/** WebSocket handshakes: who may have one, and what becomes of it. */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { MAX_VIEWER_MESSAGE, SUBPROTOCOL } from '@deskside/protocol';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Admission, Admitted } from './admission.ts';
import { NO_TOKEN, NOT_FOUND, type Problem, refuseUpgrade } from './problem.ts';
import { pathOf, queryOf } from './target.ts';

/** What is known of a new socket: what its request's own credentials are worth, and the request. */
export type OnSocket = (socket: WebSocket, admitted: Admitted, request: IncomingMessage) => void;

/**
 * Answers the handshakes that come to the server.
 *
 * @param others sockets at other paths, which judge by themselves what comes over them
 */
export function acceptSockets(
  server: Server,
  admission: Admission,
  onSocket: OnSocket,
  others: ReadonlyMap<string, (socket: WebSocket, request: IncomingMessage) => void>,
): void {
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_VIEWER_MESSAGE,
    handleProtocols: (offered) => offered.has(SUBPROTOCOL) && SUBPROTOCOL,
  });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => {});
    void upgrade(request, socket, head);
  });

  async function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const other = others.get(pathOf(request));
    if (other) return sockets.handleUpgrade(request, socket, head, (webSocket) => other(webSocket, request));
    if (pathOf(request) !== '/ws') return refuseUpgrade(socket, NOT_FOUND);
    const admitted = await admitSocket(admission, request);
    if (admitted.problem && !isToldInside(admitted.problem)) return refuseUpgrade(socket, admitted.problem);
    sockets.handleUpgrade(request, socket, head, (webSocket) => onSocket(webSocket, admitted, request));
  }
}

async function admitSocket(admission: Admission, request: IncomingMessage): Promise<Admitted> {
  // The viewer says that its token comes in `hello`: then a cookie that the browser adds by itself means nothing.
  if (queryOf(request).get('auth') === 'hello') return { problem: NO_TOKEN };
  return admission.admit(request);
}

/**
 * A socket without credentials may still bring its token in `hello`; and who was let in by a link that has ended is told
 * so there, since browsers show their pages nothing of an answer to a handshake.
 */
function isToldInside(problem: Problem): boolean {
  return problem === NO_TOKEN || problem.status === 410;
}
