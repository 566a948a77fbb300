import type { Of, StreamerMessage, Transport, ViewerMessage } from '@deskside/protocol';
import { t } from '../../words/words.ts';
import { chooseTransport, describeRoute, type TransportWish } from './transport-choice.ts';
import { type Route, WebRtcTransport } from './webrtc.ts';

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
  send(message: ViewerMessage): void;
  onTrack(track: MediaStreamTrack): void;
  /** WebRTC is used no more: what was sent over it may not have arrived. */
  onLeft(): void;
  /** A message that came over WebRTC. */
  onMessage(message: Uint8Array<ArrayBuffer>): void;
}

/** A way that worked and broke is tried again after this, ms: networks that change are back in seconds. */
const RETRY_AFTER = 5000;

/**
 * The ways to one desktop: the WebSocket, over which everything starts and is signalled, and WebRTC, which is tried
 * meanwhile and takes the pictures over where it is better.
 */
export class Ways implements Disposable {
  readonly #options: WaysOptions;
  #webRtc: WebRtcTransport | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #route: Route | undefined;
  #transport: Transport = 'websocket';
  #reason = t('way.always');
  #tried: TriedWay[] = [];

  constructor(options: WaysOptions) {
    this.#options = options;
  }

  get current(): CurrentWay {
    const overWebRtc = this.#transport === 'webrtc' && this.#route;
    return {
      transport: this.#transport,
      name: overWebRtc ? describeRoute(overWebRtc) : 'WebSocket',
      reason: this.#reason,
      tried: this.#tried,
    };
  }

  /** The WebSocket is up and has carried `welcome`. */
  start(): void {
    this.stop();
    this.#tried = [{ way: 'WebSocket', outcome: t('way.connected') }];
    if (this.#options.wish === 'websocket') this.#reason = t('way.asked');
    else if (typeof RTCPeerConnection === 'undefined') this.#note('WebRTC', t('way.no-webrtc'));
    else this.#request();
  }

  /** The WebSocket is gone, and with it everything. */
  stop(): void {
    clearTimeout(this.#retry);
    this.#webRtc?.[Symbol.dispose]();
    this.#webRtc = undefined;
    this.#route = undefined;
    this.#transport = 'websocket';
    this.#reason = t('way.always');
  }

  receive(message: StreamerMessage): void {
    switch (message.type) {
      case 'webrtc-offer':
        this.#attempt(message);
        break;
      case 'webrtc-failed':
        this.#failed(message.message);
        break;
      case 'transport':
        this.#transport = message.transport;
        if (message.transport === 'websocket') this.#options.onLeft();
        break;
    }
  }

  /** Sends over WebRTC if pictures come that way; false if not. */
  send(message: Uint8Array<ArrayBuffer>): boolean {
    return this.#transport === 'webrtc' && this.#webRtc?.send(message) === true;
  }

  /** The same for what may be lost and overtaken. */
  sendLoosely(message: Uint8Array<ArrayBuffer>): boolean {
    return this.#transport === 'webrtc' && this.#webRtc?.sendLoosely(message) === true;
  }

  [Symbol.dispose](): void {
    this.stop();
  }

  #request(): void {
    const { hostname, port, protocol } = this.#options.desktop;
    const defaultPort = protocol === 'https:' ? 443 : 80;
    this.#options.send({ type: 'webrtc-request', host: hostname, port: Number(port) || defaultPort });
  }

  #attempt({ attempt, sdp }: Of<StreamerMessage, 'webrtc-offer'>): void {
    this.#webRtc?.[Symbol.dispose]();
    this.#webRtc = new WebRtcTransport(sdp, {
      onAnswer: (answer) => this.#options.send({ type: 'webrtc-answer', attempt, sdp: answer }),
      onTrack: (track) => this.#options.onTrack(track),
      onOpen: (route) => this.#opened(route),
      onMessage: (message) => this.#options.onMessage(message),
      onClose: (reason) => this.#failed(t('way.ended', { reason })),
    });
  }

  #opened(route: Route): void {
    this.#route = route;
    const choice = chooseTransport(this.#options.wish, route, typeof VideoDecoder !== 'undefined');
    this.#note(describeRoute(route), t('way.connected'));
    this.#reason = choice.reason;
    if (choice.transport !== this.#transport) {
      this.#options.send({ type: 'use-transport', transport: choice.transport });
    }
  }

  #failed(message: string): void {
    const worked = this.#route !== undefined;
    this.#note('WebRTC', message);
    if (this.#transport === 'webrtc') this.#options.send({ type: 'use-transport', transport: 'websocket' });
    this.#webRtc?.[Symbol.dispose]();
    this.#webRtc = undefined;
    this.#options.onLeft();
    this.#route = undefined;
    this.#reason = t('way.failed');
    clearTimeout(this.#retry);
    if (worked) this.#retry = setTimeout(() => this.#request(), RETRY_AFTER);
  }

  #note(way: string, outcome: string): void {
    this.#tried = [...this.#tried.filter((tried) => tried.way !== way), { way, outcome }];
  }
}
