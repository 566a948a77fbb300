/** WebRTC of one streamer: its ports, from the start, and what all viewers' peers share, from the first of them on. */
import { setTimeout as delay } from 'node:timers/promises';
import type { IceServer } from '@deskside/protocol';
import type { Logger } from 'pino';
import type { Reach } from './candidates.ts';
import { IcePort } from './ice-port.ts';
import type { IceServerSettings } from './ice-servers.ts';
import type { Peer, PeerEvents } from './peer.ts';
import type { Peers } from './peers.ts';

export interface WebRtcOptions {
  /** The address that the ports listen at. */
  host: string;
  /** Addresses at which a 1:1 NAT in front shows this machine. */
  publicAddresses?: readonly string[];
  /** STUN server (`stun:` URI, RFC 7064) that is asked for such an address. */
  stunUri?: string | undefined;
  iceServers?: IceServerSettings;
  /** Only relayed paths are offered. */
  relayOnly?: boolean;
}

/** What a viewer says when it asks for an offer. */
export interface PeerWish {
  /** Host and port of the address in the viewer's browser. */
  page: Reach['page'];
  /** Whether it wants sound as a track: it cannot play it in packets. */
  sound: boolean;
}

/** What a viewer needs to know besides the offer itself. */
export interface Servers {
  iceServers: IceServer[];
  relayOnly: boolean;
}

export interface PeerOffer {
  peer: Peer;
  servers: Servers;
  /** Which candidates suit the viewer now, for another offer. */
  reachFor(page: Reach['page']): Promise<Reach>;
}

/** A viewer that has seen no picture after so long has other troubles than ours, ms. */
const PICTURE_DEADLINE = 1000;

export class WebRtc implements AsyncDisposable {
  readonly ice = new IcePort();
  readonly #options: WebRtcOptions;
  readonly #log: Logger;
  readonly #picture = Promise.withResolvers<void>();
  #peers: Promise<Peers> | undefined;

  constructor(options: WebRtcOptions, log: Logger) {
    this.#options = options;
    this.#log = log;
  }

  /** A port that cannot be had is logged: everything but UDP works without it. */
  async listenUdp(port: number): Promise<void> {
    try {
      await this.ice.listenUdp(this.#options.host, port);
    } catch (error) {
      this.#log.warn({ port, error: (error as Error).message }, 'no UDP: WebRTC is offered over TCP only');
    }
  }

  /** Somebody has seen a picture. */
  pictureSeen(): void {
    this.#picture.resolve();
  }

  /**
   * @param tcpPort the port whose ICE connections come to `ice.accept`
   * @param wish what the viewer asks for
   */
  async createPeer(tcpPort: number, wish: PeerWish, events: PeerEvents): Promise<PeerOffer> {
    this.#peers ??= this.#loadPeers();
    return await (await this.#peers).create(tcpPort, wish, events);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#picture.resolve();
    (await this.#peers)?.[Symbol.dispose]();
    await this.ice[Symbol.asyncDispose]();
  }

  /**
   * Only when it is needed: a desktop that nobody watches over WebRTC holds 7 MB less without werift. And not before a
   * picture is seen, since loading it holds everything up for a twentieth of a second (both measured).
   */
  async #loadPeers(): Promise<Peers> {
    await Promise.race([this.#picture.promise, delay(PICTURE_DEADLINE, undefined, { ref: false })]);
    try {
      const { Peers } = await import('./peers.ts');
      return new Peers(this.ice, this.#options, this.#log);
    } catch (error) {
      // The next viewer may have more luck.
      this.#peers = undefined;
      throw error;
    }
  }
}
