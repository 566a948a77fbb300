/** One TCP port for HTTP, TLS and ICE-TCP, told apart by the first byte. */
import { createServer, type Server, type Socket } from 'node:net';

/** What may stand behind the port. The socket is handed over with nothing read from it. */
export interface Services {
  http(socket: Socket): void;
  /** ICE over TCP (RFC 6544), if it is offered. */
  ice?(socket: Socket): void;
  /** TLS, if it is set up. */
  tls?(socket: Socket): void;
}

/** How long a peer may take for its first byte, ms. Browsers open spare connections and use them seconds later. */
const FIRST_BYTE_DEADLINE = 30_000;

/** Connections at once: viewers with a few assets in flight each, and no more memory than a flood may take. */
const MAX_CONNECTIONS = 512;

/** First byte of a TLS record that starts a connection (RFC 8446 section 5.1: handshake). */
const TLS_HANDSHAKE = 0x16;

/**
 * Largest first byte of an ICE-TCP connection: the high byte of the length (RFC 4571 section 2) of a STUN request,
 * which stays far below 2 KiB. HTTP begins with a letter.
 */
const LARGEST_ICE_LENGTH = 7;

/** A server that is not listening yet. */
export function createOnePort(services: Services, firstByteWithin = FIRST_BYTE_DEADLINE): Server {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => {});
    socket.setTimeout(firstByteWithin, () => socket.destroy());
    socket.once('readable', () => {
      socket.setTimeout(0);
      socket.removeAllListeners('timeout');
      const begin: Buffer | null = socket.read();
      const serve = begin && serviceFor(begin[0]!, services);
      if (!serve) return socket.destroy();
      socket.unshift(begin);
      serve(socket);
    });
  });
  server.maxConnections = MAX_CONNECTIONS;
  return server;
}

function serviceFor(first: number, services: Services): ((socket: Socket) => void) | undefined {
  if (first <= LARGEST_ICE_LENGTH) return services.ice;
  if (first === TLS_HANDSHAKE) return services.tls;
  return services.http;
}
