/** WebRTC of one streamer: what all viewers' peers share. */
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import type { IceServer } from '@deskside/protocol';
import type { Logger } from 'pino';
import type { At, Reach } from './candidates.ts';
import { IcePort } from './ice-port.ts';
import { type IceServerSettings, IceServers, turnServers } from './ice-servers.ts';
import { Peer, type PeerEvents } from './peer.ts';
import { PublicAddress } from './public-address.ts';
import { Relays } from './relays.ts';
import { localFingerprint } from './secure-transport.ts';

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
  /** Whether it plays sound that comes as a track. */
  sound: boolean;
}

/** What a viewer needs to know besides the offer itself. */
export interface Servers {
  iceServers: IceServer[];
  relayOnly: boolean;
}

export class WebRtc implements AsyncDisposable {
  readonly ice = new IcePort();
  readonly #options: WebRtcOptions;
  readonly #fingerprint: string;
  readonly #iceServers: IceServers | undefined;
  readonly #relays: Relays;
  readonly #publicAddress: PublicAddress | undefined;

  constructor(options: WebRtcOptions, fingerprint: string, log: Logger) {
    this.#options = options;
    this.#fingerprint = fingerprint;
    this.#relays = new Relays(this.ice, log);
    if (options.iceServers) this.#iceServers = new IceServers(options.iceServers, log);
    if (options.stunUri !== undefined)
      this.#publicAddress = new PublicAddress(options.stunUri, this.ice, log);
  }

  /** A port that cannot be had is logged: everything but UDP works without it. */
  async listenUdp(port: number, log: Logger): Promise<void> {
    try {
      await this.ice.listenUdp(this.#options.host, port);
    } catch (error) {
      log.warn({ port, error: (error as Error).message }, 'no UDP: WebRTC is offered over TCP only');
    }
  }

  /**
   * @param tcpPort the port whose ICE connections come to `ice.accept`
   * @param wish what the viewer asks for
   */
  async createPeer(tcpPort: number, { page, sound }: PeerWish, events: PeerEvents): Promise<PeerOffer> {
    const iceServers = (await this.#iceServers?.get()) ?? [];
    const relay = await this.#relays.use(turnServers(iceServers));
    const reachFor = async (from: Reach['page']) => await this.#reach(tcpPort, from, relay?.at);
    const reach = await reachFor(page);
    const peer = new Peer({
      ice: this.ice,
      reach,
      relay: relay?.relay,
      sound,
      fingerprint: this.#fingerprint,
      events,
      onClosed: () => relay?.[Symbol.dispose](),
    });
    return { peer, servers: { iceServers, relayOnly: this.#options.relayOnly === true }, reachFor };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#relays[Symbol.dispose]();
    await this.ice[Symbol.asyncDispose]();
  }

  async #reach(tcpPort: number, page: Reach['page'], relay: At | undefined): Promise<Reach> {
    const { host, publicAddresses = [], relayOnly = false } = this.#options;
    const mapped = await this.#publicAddress?.find();
    return {
      addresses: listeningAddresses(host),
      tcpPort,
      udpPort: this.ice.udpPort,
      publicAddresses: mapped ? [...publicAddresses, mapped.address] : publicAddresses,
      mapped,
      relay,
      relayOnly,
      page,
    };
  }
}

export interface PeerOffer {
  peer: Peer;
  servers: Servers;
  /** Which candidates suit the viewer now, for another offer. */
  reachFor(page: Reach['page']): Promise<Reach>;
}

/** Makes the certificate that all viewers see. */
export async function startWebRtc(options: WebRtcOptions, log: Logger): Promise<WebRtc> {
  return new WebRtc(options, await localFingerprint(), log);
}

/** Where a socket bound to `host` can be reached: that address, or all of this machine's for an unspecified one. */
function listeningAddresses(host: string): string[] {
  if (host === 'localhost') return ['127.0.0.1'];
  if (host !== '0.0.0.0' && host !== '::') return [host];
  return Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter((address) => isUsable(address, host))
    .map(({ address }) => address)
    .concat('127.0.0.1', host === '::' ? '::1' : []);
}

/** Link-local addresses need a zone, which candidates have not. */
function isUsable({ address, family, internal }: NetworkInterfaceInfo, host: string): boolean {
  return !internal && !address.startsWith('fe80:') && (family === 'IPv4' || host === '::');
}
