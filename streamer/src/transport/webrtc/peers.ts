/** What the peers of all viewers share: the certificate that they see, servers, and the addresses that lead here. */
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import type { Logger } from 'pino';
import type { At, Reach } from './candidates.ts';
import type { IcePort } from './ice-port.ts';
import { IceServers, turnServers } from './ice-servers.ts';
import { Peer, type PeerEvents } from './peer.ts';
import { PublicAddress } from './public-address.ts';
import { Relays } from './relays.ts';
import { localFingerprint } from './secure-transport.ts';
import type { PeerOffer, PeerWish, WebRtcOptions } from './webrtc.ts';

export class Peers implements Disposable {
  readonly #ice: IcePort;
  readonly #options: WebRtcOptions;
  readonly #iceServers: IceServers | undefined;
  readonly #relays: Relays;
  readonly #publicAddress: PublicAddress | undefined;

  constructor(ice: IcePort, options: WebRtcOptions, log: Logger) {
    this.#ice = ice;
    this.#options = options;
    this.#relays = new Relays(ice, log);
    if (options.iceServers) this.#iceServers = new IceServers(options.iceServers, log);
    if (options.stunUri !== undefined) this.#publicAddress = new PublicAddress(options.stunUri, ice, log);
  }

  async create(tcpPort: number, { page, sound }: PeerWish, events: PeerEvents): Promise<PeerOffer> {
    const iceServers = (await this.#iceServers?.get()) ?? [];
    const relay = await this.#relays.use(turnServers(iceServers));
    const reachFor = async (from: Reach['page']) => await this.#reach(tcpPort, from, relay?.at);
    const reach = await reachFor(page);
    const peer = new Peer({
      ice: this.#ice,
      reach,
      relay: relay?.relay,
      sound,
      fingerprint: localFingerprint,
      events,
      onClosed: () => relay?.[Symbol.dispose](),
    });
    return { peer, servers: { iceServers, relayOnly: this.#options.relayOnly === true }, reachFor };
  }

  [Symbol.dispose](): void {
    this.#relays[Symbol.dispose]();
  }

  async #reach(tcpPort: number, page: Reach['page'], relay: At | undefined): Promise<Reach> {
    const { host, publicAddresses = [], relayOnly = false } = this.#options;
    const mapped = await this.#publicAddress?.find();
    return {
      addresses: listeningAddresses(host),
      tcpPort,
      udpPort: this.#ice.udpPort,
      publicAddresses: mapped ? [...publicAddresses, mapped.address] : publicAddresses,
      mapped,
      relay,
      relayOnly,
      page,
    };
  }
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
