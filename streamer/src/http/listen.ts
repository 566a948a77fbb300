/** The one TCP port. Everything that arrives at the gateway comes through here. */
import { createServer as createHttpServer, type Server as HttpServer, type RequestListener } from 'node:http';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createOnePort } from '../transport/one-port.ts';

export interface Port extends AsyncDisposable {
  readonly port: number;
  readonly http: HttpServer;
}

/** How long a client may take to send its request's head, ms; half-open requests do not pile up. */
const HEADERS_DEADLINE = 10_000;

/** How long connections may take to end by themselves when the port closes, ms. */
const CLOSE_GRACE = 500;

/**
 * Serves HTTP and ICE-TCP at the port; 0 picks a free one.
 *
 * @throws Error naming the port, who may hold it and the setting
 */
export async function listen(
  host: string,
  port: number,
  onRequest: RequestListener,
  onIce?: (socket: Socket) => void,
): Promise<Port> {
  const http = createHttpServer({ noDelay: true, headersTimeout: HEADERS_DEADLINE }, onRequest);
  const sockets = new Set<Socket>();
  const server = createOnePort({
    http: (socket) => http.emit('connection', socket),
    ...(onIce && { ice: onIce }),
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await bind(server, host, port);
  // Node starts to watch over slow requests at this event, which a server that only gets connections never has.
  http.emit('listening');
  return {
    port: (server.address() as AddressInfo).port,
    http,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      http.close();
      const stragglers = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, CLOSE_GRACE);
      await closed;
      clearTimeout(stragglers);
    },
  };
}

async function bind(server: Server, host: string, port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen({ host, port }, resolve);
  await promise.catch((error: NodeJS.ErrnoException) => {
    throw explain(error, host, port);
  });
  server.off('error', reject);
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
