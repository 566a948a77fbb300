/** The desktop's one port: the page, sign-in, and a WebSocket for each viewer. */
import type { IncomingMessage, Server } from 'node:http';
import { type AddressInfo, isIPv6 } from 'node:net';
import type { Duplex } from 'node:stream';
import { MAX_VIEWER_MESSAGE, SUBPROTOCOL } from '@deskside/protocol';
import type { Logger } from 'pino';
import { WebSocketServer } from 'ws';
import type { Display, Size } from '../display/api.ts';
import type { Media } from '../media/api.ts';
import { type Notice, Session } from '../session/session.ts';
import { WaitingRoom } from '../transport/waiting-room.ts';
import { serveWebSocket } from '../transport/websocket.ts';
import { Admission, type Admitted } from './admission.ts';
import { Auth } from './auth.ts';
import { listen } from './listen.ts';
import { loadPage } from './page.ts';
import { NO_TOKEN, NOT_FOUND, refuseUpgrade, SERVER_ERROR, sendProblem } from './problem.ts';
import { createAnswer } from './requests.ts';
import { pathOf, queryOf } from './target.ts';

export interface GatewayOptions {
  host: string;
  /** 0 picks a free one. */
  port: number;
  /** The desktop's name (`--name`). */
  name: string;
  /** Tells this desktop's cookie from those of others at the same host; letters and digits. */
  instanceId: string;
  token: string;
  /** Origins that may use the cookie and frame the page, e.g. `https://desk.example.com`. */
  allowedOrigins: readonly string[];
  /** The most that viewers may resize the desktop to, device pixels. */
  maxSize: Size;
  /** Frames per second at most. */
  fps: number;
  /** Bits for the video of one stream, kbit/s. */
  bitrate: number;
  media: Media;
  display: Display;
  /** Where the built page lies. */
  pageDirectory: string;
  log: Logger;
}

export interface Gateway extends AsyncDisposable {
  readonly port: number;
  /** The address on this machine, without the token. */
  readonly url: string;
  /** How many people watch right now. */
  readonly viewers: number;
  /** Tells every viewer, and whoever joins until a notice of the same code says that it is over. */
  notice(notice: Notice): void;
}

/** How long a closing gateway waits for its viewers' sockets to close by themselves, ms. */
const CLOSE_GRACE = 500;

/** @throws Error that says what to do, if the port cannot be had or there is no page */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { host, media, display, allowedOrigins, log, name, maxSize } = options;
  const page = await loadPage(options.pageDirectory);
  const auth = new Auth(options);
  const admission = new Admission(auth);
  const answer = createAnswer({ auth, admission, page, allowedOrigins });
  const server = await listen(host, options.port, (request, response) => {
    answer(request, response).catch((error: unknown) => {
      log.error({ err: error, url: pathOf(request) }, 'a request could not be answered');
      if (response.headersSent) response.destroy();
      else sendProblem(response, SERVER_ERROR);
    });
  });
  const rate = { bitrate: options.bitrate, fps: options.fps };
  const session = new Session({ name, media, display, maxSize, rate, log });
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_VIEWER_MESSAGE,
    handleProtocols: (offered) => offered.has(SUBPROTOCOL) && SUBPROTOCOL,
  });

  const waitingRoom = new WaitingRoom();

  server.on('upgrade', (request, socket, head) => {
    socket.on('error', (error: Error) => log.debug({ error: error.message }, 'handshake broken off'));
    void upgrade(request, socket, head);
  });

  async function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    if (pathOf(request) !== '/ws') return refuseUpgrade(socket, NOT_FOUND);
    const { role, problem } = await admitSocket(admission, request);
    if (problem) return refuseUpgrade(socket, problem);
    sockets.handleUpgrade(request, socket, head, (webSocket) =>
      serveWebSocket(webSocket, {
        session,
        role,
        roleOfToken: async (token) => (await admission.admitToken(token, request)).role,
        waitingRoom,
        log,
      }),
    );
  }

  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://${reachable(host)}:${port}/`,
    get viewers() {
      return session.viewers;
    },
    notice: (notice) => session.notice(notice),
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      await session[Symbol.asyncDispose]();
      server.closeIdleConnections();
      const stragglers = setTimeout(() => destroyAll(server, sockets), CLOSE_GRACE);
      await closed;
      clearTimeout(stragglers);
    },
  };
}

/** A socket without credentials may still bring its token in `hello`. */
async function admitSocket(admission: Admission, request: IncomingMessage): Promise<Partial<Admitted>> {
  // The viewer says that its token comes in `hello`: then a cookie that the browser adds by itself means nothing.
  if (queryOf(request).get('auth') === 'hello') return {};
  const admitted = await admission.admit(request);
  return admitted.problem === NO_TOKEN ? {} : admitted;
}

/** An address of this machine that leads to `host`, which may mean every interface. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return isIPv6(host) ? `[${host}]` : host;
}

function destroyAll(server: Server, sockets: WebSocketServer): void {
  for (const socket of sockets.clients) socket.terminate();
  server.closeAllConnections();
}
