/** The one TCP port. Everything that arrives at the gateway comes through here. */
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';

/** How long a client may take to send its request's head, ms; half-open requests do not pile up. */
const HEADERS_DEADLINE = 10_000;

/** Sockets at once: viewers with a few assets in flight each, and no more memory than a flood may take. */
const MAX_SOCKETS = 512;

/**
 * Serves HTTP at the port; 0 picks a free one.
 *
 * @throws Error naming the port, who may hold it and the setting
 */
export async function listen(host: string, port: number, onRequest: RequestListener): Promise<Server> {
  const server = createHttpServer({ noDelay: true, headersTimeout: HEADERS_DEADLINE }, onRequest);
  server.maxConnections = MAX_SOCKETS;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen({ host, port }, resolve);
  await promise.catch((error: NodeJS.ErrnoException) => {
    throw explain(error, host, port);
  });
  server.off('error', reject);
  return server;
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const message = {
    EADDRINUSE: `Port ${port} at ${host} is in use, by another desktop or program ("ss -ltnp sport = :${port}" names it). Stop it, or choose another port with --port (DESKSIDE_PORT; 0 picks a free one).`,
    EACCES: `Port ${port} needs rights that this user lacks. Choose one above 1023 with --port (DESKSIDE_PORT).`,
    EADDRNOTAVAIL: `This machine has no address ${host}. Choose another with --host (DESKSIDE_HOST): 127.0.0.1 for this machine only, 0.0.0.0 for every interface.`,
    ENOTFOUND: `The host name ${host} is unknown. Choose another address with --host (DESKSIDE_HOST).`,
  }[error.code ?? ''];
  return new Error(message ?? `Cannot listen at ${host}, port ${port}: ${error.message}`, { cause: error });
}
