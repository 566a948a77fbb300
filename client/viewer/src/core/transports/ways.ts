import {
  type Of,
  peekPictureUpdate,
  precedes,
  type StreamerMessage,
  type Transport,
  type ViewerMessage,
} from '@deskside/protocol';
import { t } from '../../words/words.ts';
import { type RoundTrip, RoundTrips } from './round-trips.ts';
import type { Route, TriedRoute } from './routes.ts';
import { chooseTransport, describeRoute, isContested, type TransportWish } from './transport-choice.ts';
import { type Offer, WebRtcTransport } from './webrtc.ts';

/** A way that was tried, and what became of it; for the connection report. */
export interface TriedWay {
  way: string;
  outcome: string;
}

/** The way that pictures take. */
export interface CurrentWay {
  transport: Transport;
  /** For a person, e.g. `WebRTC over UDP`. */
  name: string;
  /** Why this one. */
  reason: string;
  tried: readonly TriedWay[];
}

export interface WaysOptions {
  /** The desktop's address. */
  desktop: URL;
  wish: TransportWish;
  /** Whether sound can be played as a track only. */
  soundAsTrack: boolean;
  send(message: ViewerMessage): void;
  onTrack(track: MediaStreamTrack): void;
  /** Whether pictures come both ways from now on; then {@link Ways.shown} is to be told of each. */
  onBoth(both: boolean): void;
  /** WebRTC is used no more: what was sent over it may not have arrived. */
  onLeft(): void;
  /** A message that came over WebRTC. */
  onMessage(message: string | Uint8Array<ArrayBuffer>): void;
  /** The network seems to have changed: whether the WebSocket lives should be found out. */
  onInterrupted(): void;
}

/** Whether this browser has WebRTC, and tells which frame of a track it shows: without that, no update is acknowledged. */
function canShowTracks(): boolean {
  return (
    typeof RTCPeerConnection !== 'undefined' && 'requestVideoFrameCallback' in HTMLVideoElement.prototype
  );
}

/** A way that broke is tried again after this, ms: networks that change are back in seconds ... */
const RETRY_AFTER = 5000;

/** ... and after twice the time whenever it broke again soon, up to this. */
const LONGEST_RETRY = 120_000;

/** A way that lasted so long is trusted again, ms. */
const TRUSTED_AFTER = 60_000;

/** Two ways of which either may be quicker are compared again after this, ms, if anything moved meanwhile. */
const COMPARE_EVERY = 60_000;

/** Browsers tell what they knew so long ago, ms (libwebrtc: 50): a channel may be open and its route not be told yet. */
const STATISTICS_LAST = 60;

/**
 * The ways to one desktop: the WebSocket, over which everything starts and is signalled, and WebRTC, which is tried
 * meanwhile and takes the pictures over where it is better.
 */
export class Ways implements Disposable {
  readonly #options: WaysOptions;
  #wish: TransportWish;
  /** The one way that the streamer allows. */
  #only: Transport | undefined;
  #webRtc: WebRtcTransport | undefined;
  #attemptNumber = -1;
  #route: Route | undefined;
  #openedAt = 0;
  #transport: Transport = 'websocket';
  /** The way that the streamer was asked to take last; it may still be changing. */
  #asked: Transport = 'websocket';
  /** The first update of the way that is taken now. */
  #first: { stream: number; id: number } | undefined;
  /** Updates that came over WebRTC before word of the change did, which takes the WebSocket. */
  #early: Uint8Array<ArrayBuffer>[] = [];
  #reason = t('way.always');
  readonly #tried = new Map<string, string>();
  #failures = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #comparison: RoundTrips | undefined;
  #compareAgain: ReturnType<typeof setInterval> | undefined;
  #used = false;

  constructor(options: WaysOptions) {
    this.#options = options;
    this.#wish = options.wish;
  }

  get current(): CurrentWay {
    const overWebRtc = this.#transport === 'webrtc' && this.#route;
    return {
      transport: this.#transport,
      name: overWebRtc ? describeRoute(overWebRtc) : 'WebSocket',
      reason: this.#reason,
      tried: [...this.#tried].map(([way, outcome]) => ({ way, outcome })),
    };
  }

  /** What the person wants from now on. */
  set wish(wish: TransportWish) {
    if (wish === this.#wish) return;
    this.#wish = wish;
    if (this.#route) this.#choose();
    else if (!this.#webRtc) this.#try();
  }

  /**
   * The WebSocket is up and has carried `welcome`.
   *
   * @param only the one way that the streamer allows; undefined: all of them
   */
  start(only: Transport | undefined): void {
    this.stop();
    this.#only = only;
    this.#failures = 0;
    this.#tried.clear();
    this.#tried.set('WebSocket', t('way.connected'));
    this.#try();
  }

  /** The WebSocket is gone, and with it everything. */
  stop(): void {
    this.#close();
    this.#attemptNumber = -1;
    this.#transport = this.#asked = 'websocket';
    this.#reason = t('way.always');
  }

  receive(message: StreamerMessage): void {
    switch (message.type) {
      case 'webrtc-offer':
        this.#offered(message);
        break;
      case 'webrtc-failed':
        if (!this.#isClosed(message.attempt)) this.#failed(message.message);
        break;
      case 'transport':
        this.#changed(message);
        break;
      case 'pong':
        this.#comparison?.answered(message.time);
        break;
    }
  }

  /** Sends over WebRTC if pictures come that way; false if not. */
  send(message: Uint8Array<ArrayBuffer>): boolean {
    this.#used = true;
    return this.#transport === 'webrtc' && this.#webRtc?.send(message) === true;
  }

  /** The same for what may be lost and overtaken. */
  sendLoosely(message: Uint8Array<ArrayBuffer>): boolean {
    return this.#transport === 'webrtc' && this.#webRtc?.sendLoosely(message) === true;
  }

  /** While pictures come both ways: one that came this way is on the screen. */
  shown(transport: Transport): void {
    const message = { type: 'transport-shown', transport } as const;
    // Over the way that it is about, which shows that this way carries something in either direction.
    if (transport === 'webrtc') this.#webRtc?.send(JSON.stringify(message));
    else this.#options.send(message);
  }

  [Symbol.dispose](): void {
    this.stop();
  }

  get #effectiveWish(): TransportWish {
    return this.#wish === 'auto' ? (this.#only ?? 'auto') : this.#wish;
  }

  #try(): void {
    clearTimeout(this.#retry);
    if (this.#effectiveWish === 'websocket' || this.#only === 'websocket') {
      this.#reason = t(this.#only === 'websocket' ? 'way.operator' : 'way.asked');
    } else if (!canShowTracks()) {
      this.#tried.set('WebRTC', t('way.no-webrtc'));
    } else {
      this.#request(false);
    }
  }

  #request(restart: boolean): void {
    const { hostname, port, protocol } = this.#options.desktop;
    const defaultPort = protocol === 'https:' ? 443 : 80;
    this.#options.send({
      type: 'webrtc-request',
      host: hostname,
      port: Number(port) || defaultPort,
      ...(this.#options.soundAsTrack && { sound: true }),
      ...(restart && { restart }),
    });
  }

  #offered(offer: Offer): void {
    if (offer.restart && this.#webRtc && offer.attempt === this.#attemptNumber) {
      this.#webRtc.negotiate(offer);
      return;
    }
    this.#close();
    const { attempt } = offer;
    this.#attemptNumber = attempt;
    const { send } = this.#options;
    const webRtc = new WebRtcTransport(offer, {
      onAnswer: (sdp) => send({ type: 'webrtc-answer', attempt, sdp }),
      onCandidate: (candidate) => send({ type: 'webrtc-candidate', attempt, candidate }),
      onTrack: (track) => this.#options.onTrack(track),
      onOpen: () => void this.#opened(webRtc),
      onInterrupted: () => this.#interrupted(),
      onMessage: (message) => this.#heard(message),
      onSound: (packet) => this.#options.onMessage(packet),
      onClose: (reason) => this.#failed(t('way.ended', { reason })),
    });
    this.#webRtc = webRtc;
  }

  async #opened(webRtc: WebRtcTransport): Promise<void> {
    const route = await this.#selectedRoute(webRtc);
    if (!route) return;
    this.#route = route;
    this.#openedAt = performance.now();
    this.#choose();
    if (isContested(route)) this.#compare();
  }

  /** Undefined if another attempt takes its place. */
  async #selectedRoute(webRtc: WebRtcTransport): Promise<TriedRoute | undefined> {
    while (webRtc === this.#webRtc) {
      const selected = (await this.#noteRoutes(webRtc)).find((route) => route.selected);
      if (selected && webRtc === this.#webRtc) return selected;
      await new Promise((resolve) => setTimeout(resolve, STATISTICS_LAST));
    }
    return undefined;
  }

  async #noteRoutes(webRtc: WebRtcTransport): Promise<readonly TriedRoute[]> {
    const routes = await webRtc.routes();
    for (const tried of routes) this.#noteAnswer(describeRoute(tried), tried.roundTrip);
    return routes;
  }

  /** @param roundTrip ms; undefined: nothing came back */
  #noteAnswer(way: string, roundTrip: number | undefined): void {
    const outcome =
      roundTrip === undefined ? t('way.no-answer') : t('way.answers', { time: Math.round(roundTrip) });
    this.#tried.set(way, outcome);
  }

  #choose(roundTrips?: Record<Transport, RoundTrip>): void {
    const choice = chooseTransport({
      wish: this.#effectiveWish,
      route: this.#route!,
      hasDecoder: typeof VideoDecoder !== 'undefined',
      current: this.#asked,
      roundTrips,
    });
    this.#reason = choice.reason;
    this.#ask(choice.transport);
  }

  #compared(roundTrips: Record<Transport, RoundTrip>): void {
    this.#noteAnswer('WebSocket', roundTrips.websocket.median);
    this.#noteAnswer(describeRoute(this.#route!), roundTrips.webrtc.median);
    this.#choose(roundTrips);
    // Over TCP that may change. Within a machine it does not, and a connection costs a browser something at rest, too.
    const isKept = !this.#route!.loopback || this.#options.soundAsTrack;
    if (!isKept && this.#asked === 'websocket' && this.#transport === 'websocket') this.#close();
  }

  #ask(transport: Transport): void {
    if (transport === this.#asked) return;
    this.#asked = transport;
    this.#options.send({ type: 'use-transport', transport });
  }

  /** Either way may be the quicker one; it is asked again now and then, while anything moves. */
  #compare(): void {
    const measure = (): void => {
      if (this.#effectiveWish !== 'auto' || !this.#used) return;
      this.#used = false;
      this.#comparison = new RoundTrips({
        ask: (way, time) => this.#ping(way, time),
        onMeasured: (roundTrips) => this.#compared(roundTrips),
      });
    };
    this.#used = true;
    measure();
    this.#compareAgain = setInterval(measure, COMPARE_EVERY);
  }

  #ping(way: Transport, time: number): void {
    const question = { type: 'ping', time } as const;
    if (way === 'websocket') this.#options.send(question);
    else this.#webRtc?.send(JSON.stringify(question));
  }

  #changed({ transport, stream, id, both = false }: Of<StreamerMessage, 'transport'>): void {
    this.#transport = transport;
    this.#first = { stream, id };
    this.#options.onBoth(both);
    if (transport === 'websocket') this.#options.onLeft();
    else for (const update of this.#early.splice(0)) this.#heard(update);
  }

  /** Updates build on those before them, which may come the other way: both wait for word of the change, or are over. */
  #heard(message: string | Uint8Array<ArrayBuffer>): void {
    if (typeof message === 'string') this.#options.onMessage(message);
    else if (this.#transport !== 'webrtc') this.#early.push(message);
    else if (!this.#isOver(message)) this.#options.onMessage(message);
  }

  #isOver(update: Uint8Array): boolean {
    const { stream, id } = peekPictureUpdate(update);
    return stream === this.#first?.stream && precedes(id, this.#first.id);
  }

  #interrupted(): void {
    this.#options.onInterrupted();
    if (this.#route) this.#request(true);
  }

  /** The attempt was given up here, which the streamer may take for a failure. */
  #isClosed(attempt: number): boolean {
    return attempt === this.#attemptNumber && !this.#webRtc;
  }

  #failed(message: string): void {
    const worked = this.#route !== undefined;
    this.#tried.set('WebRTC', message);
    this.#ask('websocket');
    if (this.#webRtc) void this.#noteRoutes(this.#webRtc);
    this.#close();
    this.#options.onLeft();
    this.#reason = t('way.failed');
    if (!worked) return;
    if (performance.now() - this.#openedAt > TRUSTED_AFTER) this.#failures = 0;
    const delay = Math.min(LONGEST_RETRY, RETRY_AFTER * 2 ** this.#failures++);
    this.#retry = setTimeout(() => this.#try(), delay);
  }

  #close(): void {
    clearTimeout(this.#retry);
    clearInterval(this.#compareAgain);
    this.#comparison?.[Symbol.dispose]();
    this.#comparison = undefined;
    this.#webRtc?.[Symbol.dispose]();
    this.#webRtc = undefined;
    this.#route = undefined;
    this.#early = [];
  }
}
