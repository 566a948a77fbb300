/** WebRTC of one streamer: what all viewers' peers share. */
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import type { Logger } from 'pino';
import type { Reach } from './candidates.ts';
import { IcePort } from './ice-port.ts';
import { Peer, type PeerEvents } from './peer.ts';
import { localFingerprint } from './secure-transport.ts';

export interface WebRtcOptions {
  /** The address that the ports listen at. */
  host: string;
  /** Addresses at which a 1:1 NAT in front shows this machine. */
  publicAddresses?: readonly string[];
}

/** What a viewer says when it asks for an offer. */
export interface PeerWish {
  /** Host and port of the address in the viewer's browser. */
  page: Reach['page'];
  /** Whether it plays sound that comes as a track. */
  sound: boolean;
}

export class WebRtc implements AsyncDisposable {
  readonly ice = new IcePort();
  readonly #options: WebRtcOptions;
  readonly #fingerprint: string;

  constructor(options: WebRtcOptions, fingerprint: string) {
    this.#options = options;
    this.#fingerprint = fingerprint;
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
  createPeer(tcpPort: number, { page, sound }: PeerWish, events: PeerEvents): Peer {
    const { host, publicAddresses = [] } = this.#options;
    const reach = {
      addresses: listeningAddresses(host),
      tcpPort,
      udpPort: this.ice.udpPort,
      publicAddresses,
      page,
    };
    return new Peer({ ice: this.ice, reach, sound, fingerprint: this.#fingerprint, events });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.ice[Symbol.asyncDispose]();
  }
}

/** Makes the certificate that all viewers see. */
export async function startWebRtc(options: WebRtcOptions): Promise<WebRtc> {
  return new WebRtc(options, await localFingerprint());
}

/** Where a socket bound to `host` can be reached: that address, or all of this machine's for an unspecified one. */
function listeningAddresses(host: string): string[] {
  if (host === 'localhost') return ['127.0.0.1'];
  if (host !== '0.0.0.0' && host !== '::') return [host];
  return Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter((address) => isUsable(address, host))
    .map(({ address }) => address)
    .concat('127.0.0.1');
}

/** Link-local addresses need a zone, which candidates have not. */
function isUsable({ address, family, internal }: NetworkInterfaceInfo, host: string): boolean {
  return !internal && !address.startsWith('fe80:') && (family === 'IPv4' || host === '::');
}
