/** The desktop's one port: the page, sign-in, and a WebSocket for each viewer. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isIPv6 } from 'node:net';
import type { RatePreset } from '@deskside/protocol/rate-presets';
import type { Logger } from 'pino';
import type { Display, Size } from '../display/api.ts';
import type { Media } from '../media/api.ts';
import type { Microphone, Sound } from '../media/audio/api.ts';
import type { ClipboardPolicy } from '../session/clipboard.ts';
import type { Admittance } from '../session/guest.ts';
import { type Notice, Session } from '../session/session.ts';
import { WaitingRoom } from '../transport/waiting-room.ts';
import { WebRtc, type WebRtcOptions as WebRtcSettings } from '../transport/webrtc/webrtc.ts';
import { serveWebSocket } from '../transport/websocket.ts';
import { Admission, type Admitted } from './admission.ts';
import { Auth, type BasicAuth } from './auth.ts';
import type { CertificateFiles } from './certificate.ts';
import { BandwidthShare } from './files/bandwidth-share.ts';
import { Files, type FilesOptions, type FilesSettings, UPLOAD_LINE } from './files/files.ts';
import { LinkWatch } from './link-watch.ts';
import { listen } from './listen.ts';
import { Metrics } from './metrics.ts';
import { loadPage } from './page.ts';
import { refusalOf, SERVER_ERROR, sendProblem } from './problem.ts';
import { createAnswer, type RequestOptions } from './requests.ts';
import type { Shares } from './shares.ts';
import { acceptSockets, type OnSocket } from './sockets.ts';
import { pathOf } from './target.ts';

export interface GatewayOptions {
  host: string;
  /** 0 picks a free one. */
  port: number;
  /** The desktop's name (`--name`). */
  name: string;
  /** Tells this desktop's cookie from those of others at the same host; letters and digits. */
  instanceId: string;
  token: string;
  /** Lets people watch; undefined: there is no such secret. */
  viewerToken?: string | undefined;
  /** A user and a password that let in as the token does; undefined: there are none. */
  basic?: BasicAuth | undefined;
  /** Links that let people in. */
  shares?: Shares | undefined;
  /** Origins that may use the cookie and frame the page, e.g. `https://desk.example.com`. */
  allowedOrigins: readonly string[];
  /** The most that viewers may resize the desktop to, device pixels. */
  maxSize: Size;
  /** Whether the desktop follows the windows of who controls it. */
  resizable: boolean;
  /** As for `SessionOptions`. */
  followsKeyboard: boolean;
  /** Frames per second at most. */
  fps: number;
  /** Bits for the video of one stream, kbit/s. */
  bitrate: number;
  /** As for `SessionOptions`. */
  sharpens: boolean;
  /** Who may read `/metrics`: who has a token, if it is not given. */
  metrics?: 'token' | 'public';
  /** Which ways clips may go; none if it is not given. */
  clipboard?: ClipboardPolicy;
  /** Which ways files may go and where they lie; none if it is not given. */
  files?: FilesSettings;
  /** As for `RequestOptions`. */
  screenshot: RequestOptions['screenshot'];
  media: Media;
  display: Display;
  /** Undefined: the desktop is mute. */
  sound?: Sound | undefined;
  /** What the picture may take at first; all that is allowed if it is not given. */
  quality?: RatePreset | undefined;
  /** A visit ends after so long without input, ms; undefined: never. */
  idleLimit?: number | undefined;
  /** HTTP comes over TLS only, if it is given. */
  tls?: CertificateFiles | undefined;
  /** What those who control the desktop may speak into; undefined: nothing (`--microphone off`). */
  microphone?: Microphone | undefined;
  /** Where the built page lies. */
  pageDirectory: string;
  /** Pictures over WebRTC as well; undefined: over WebSockets only. */
  webRtc?: WebRtcOptions;
  log: Logger;
}

export interface WebRtcOptions extends Omit<WebRtcSettings, 'host'> {
  /** UDP port; the number of the TCP port if it is not given. */
  udpPort?: number;
  /** Whether viewers are to use nothing else. */
  only?: boolean;
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

/** @throws Error that says what to do, if the port cannot be had or there is no page */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const {
    host,
    media,
    display,
    sound,
    microphone,
    clipboard,
    allowedOrigins,
    log,
    name,
    maxSize,
    resizable,
    followsKeyboard,
  } = options;
  const page = await loadPage(options.pageDirectory);
  const auth = new Auth(options);
  const admission = new Admission(auth);
  const metricsArePublic = options.metrics === 'public';
  await using started = new AsyncDisposableStack();
  const webRtc = options.webRtc && started.use(new WebRtc({ host, ...options.webRtc }, log));
  const strays = webRtc && (() => ({ ...webRtc.ice.counters }));
  const metrics = new Metrics({ media, session: () => session, ...(strays && { strays }) });
  const share = new BandwidthShare();
  const roleOf: FilesOptions['roleOf'] = (guest, visit) => session.roleOf(guest, visit);
  const waitingRoom = new WaitingRoom();
  const files =
    options.files && started.use(new Files({ ...options.files, admission, roleOf, share, waitingRoom, log }));
  const answer = createAnswer({
    auth,
    admission,
    page,
    allowedOrigins,
    metrics,
    metricsArePublic,
    asksForPassword: options.basic !== undefined,
    trace: (duration) => session.trace(duration),
    people: () => session.people,
    screenshot: options.screenshot,
    files,
  });

  const listener = started.use(
    await listen({
      host,
      port: options.port,
      onRequest: respond,
      onIce: webRtc && ((socket) => webRtc.ice.accept(socket)),
      tls: options.tls,
      log,
    }),
  );
  const { port } = listener;
  await webRtc?.listenUdp(options.webRtc?.udpPort ?? port);
  const rate = { bitrate: options.bitrate, fps: options.fps };
  const session = started.use(
    new Session({
      name,
      media,
      display,
      sound,
      microphone,
      maxSize,
      resizable,
      followsKeyboard,
      rate,
      sharpens: options.sharpens,
      transport: transportOf(options.webRtc),
      ...(clipboard && { clipboard }),
      files: files?.offer,
      invitations: options.shares,
      idleLimit: options.idleLimit,
      quality: options.quality,
      onAcknowledged: (delay) => {
        metrics.acknowledged(delay);
        webRtc?.pictureSeen();
      },
      log,
    }),
  );
  const links = options.shares && started.use(new LinkWatch(options.shares, session));

  const serveViewer: OnSocket = (socket, admitted, request) =>
    serveWebSocket(socket, request.socket, {
      session,
      admitted: admittanceOf(admitted),
      admitToken: async (token) => admittanceOf(await admission.admitToken(token, request)),
      waitingRoom,
      createPeer: webRtc && ((wish, events) => webRtc.createPeer(port, wish, events)),
      onJoined: () => {
        share.watch(socket);
        links?.joined();
      },
      log,
    });
  const others = new Map(files ? [[UPLOAD_LINE, files.serveLine.bind(files)]] : []);
  acceptSockets(listener.http, admission, serveViewer, others);

  function respond(request: IncomingMessage, response: ServerResponse): void {
    answer(request, response).catch((error: unknown) => {
      log.error({ err: error, path: pathOf(request) }, 'a request could not be answered');
      if (response.headersSent) response.destroy();
      else sendProblem(response, SERVER_ERROR);
    });
  }

  const running = started.move();
  return {
    port,
    url: `${options.tls ? 'https' : 'http'}://${reachable(host)}:${port}/`,
    get viewers() {
      return session.viewers;
    },
    notice: (notice) => session.notice(notice),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function admittanceOf({ guest, problem }: Admitted): Admittance {
  return guest ? { guest } : { refusal: refusalOf(problem) };
}

/** The one way that pictures may take; undefined: viewers choose. */
function transportOf(webRtc: WebRtcOptions | undefined): 'websocket' | 'webrtc' | undefined {
  if (!webRtc) return 'websocket';
  return webRtc.only ? 'webrtc' : undefined;
}

/** An address of this machine that leads to `host`, which may mean every interface. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return isIPv6(host) ? `[${host}]` : host;
}
