/** The one TCP port. Everything that arrives at the gateway comes through here. */
import { createServer as createHttpServer, type Server as HttpServer, type RequestListener } from 'node:http';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:tls';
import type { Logger } from 'pino';
import { createOnePort } from '../transport/one-port.ts';
import { type CertificateFiles, readCertificate, watchCertificate } from './certificate.ts';
import { answerWithoutTls } from './without-tls.ts';

export interface ListenOptions {
  host: string;
  /** 0 picks a free one. */
  port: number;
  onRequest: RequestListener;
  /** ICE over TCP, if it is offered. */
  onIce?: ((socket: Socket) => void) | undefined;
  /** HTTP comes over TLS only, if it is given. */
  tls?: CertificateFiles | undefined;
  log: Logger;
}

export interface Port extends AsyncDisposable {
  readonly port: number;
  /** What comes over TLS where that is set up, and else in the clear. */
  readonly http: HttpServer;
}

/** How long a client may take to send its request's head, ms; half-open requests do not pile up. */
const HEADERS_DEADLINE = 10_000;

/** How long connections may take to end by themselves when the port closes, ms. */
const CLOSE_GRACE = 500;

/** How long a client may take for its TLS handshake, ms: some round trips over a slow tunnel. */
const HANDSHAKE_DEADLINE = 10_000;

/**
 * Serves HTTP, TLS and ICE-TCP at the port.
 *
 * @throws Error naming the port, who may hold it and the setting, or the certificate that cannot be used
 */
export async function listen({ host, port, onRequest, onIce, tls, log }: ListenOptions): Promise<Port> {
  const http = createWatchedHttpServer(onRequest);
  const sockets = new Set<Socket>();
  const secure = tls && (await openTls(tls, http, log));
  const plain = secure ? createWatchedHttpServer(answerWithoutTls) : http;
  const server = createOnePort({
    http: (socket) => plain.emit('connection', socket),
    ...(onIce && { ice: onIce }),
    ...(secure && { tls: (socket) => secure.server.emit('connection', socket) }),
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await bind(server, host, port);
  return {
    port: (server.address() as AddressInfo).port,
    http,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      secure?.watch[Symbol.dispose]();
      http.close();
      plain.close();
      const stragglers = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, CLOSE_GRACE);
      await closed;
      clearTimeout(stragglers);
    },
  };
}

function createWatchedHttpServer(onRequest: RequestListener): HttpServer {
  const http = createHttpServer({ noDelay: true, headersTimeout: HEADERS_DEADLINE }, onRequest);
  // Node starts to watch over slow requests at this event, which a server that only gets connections never has.
  http.emit('listening');
  return http;
}

/** Takes connections, and hands on what is in them. */
async function openTls(
  files: CertificateFiles,
  http: HttpServer,
  log: Logger,
): Promise<{ server: TlsServer; watch: Disposable }> {
  const certificate = await readCertificate(files);
  const options = { ...certificate, ALPNProtocols: ['http/1.1'], handshakeTimeout: HANDSHAKE_DEADLINE };
  const server = createTlsServer(options, (socket) => http.emit('connection', socket));
  server.on('tlsClientError', (error) => log.debug({ error: error.message }, 'a TLS handshake failed'));
  return { server, watch: watchCertificate(files, (renewed) => server.setSecureContext(renewed), log) };
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
