/** The address at a TURN server that all viewers share: allocated when somebody needs it, given back when nobody does. */
import type { Logger } from 'pino';
import type { At } from './candidates.ts';
import type { DatagramPort, IcePort } from './ice-port.ts';
import type { TurnServer } from './ice-servers.ts';
import { Relay } from './relay.ts';

/** An allocation that nobody uses is kept for so long, ms: who reconnects need not wait for another. */
const IDLE = 60_000;

/** Servers that fail are asked again after this, ms. */
const RETRY_AFTER = 30_000;

export interface UsedRelay extends Disposable {
  readonly relay: Relay;
  readonly at: At;
}

export class Relays implements Disposable {
  readonly #ice: IcePort;
  readonly #log: Logger;
  #relay: Promise<Relay | undefined> | undefined;
  #users = 0;
  #idle: NodeJS.Timeout | undefined;
  #retryAt = 0;

  constructor(ice: IcePort, log: Logger) {
    this.#ice = ice;
    this.#log = log;
  }

  /** A relay until it is disposed of; undefined: none of the servers lets us in, which is logged. */
  async use(servers: readonly TurnServer[]): Promise<UsedRelay | undefined> {
    if (servers.length === 0 || (!this.#relay && performance.now() < this.#retryAt)) return undefined;
    this.#users++;
    clearTimeout(this.#idle);
    this.#relay ??= this.#allocate(servers);
    const relay = await this.#relay;
    if (!relay) {
      this.#relay = undefined;
      this.#retryAt = performance.now() + RETRY_AFTER;
      this.#leave();
      return undefined;
    }
    const [address, port] = relay.address;
    let left = false;
    return {
      relay,
      at: { address, port },
      [Symbol.dispose]: () => {
        if (!left) this.#leave();
        left = true;
      },
    };
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#idle);
    void this.#relay?.then((relay) => relay?.[Symbol.dispose]());
    this.#relay = undefined;
  }

  #leave(): void {
    this.#users--;
    if (this.#users > 0) return;
    this.#idle = setTimeout(() => this[Symbol.dispose](), IDLE);
    this.#idle.unref();
  }

  async #allocate(servers: readonly TurnServer[]): Promise<Relay | undefined> {
    for (const server of servers) {
      const name = `${server.host}:${server.port} over ${server.transport.toUpperCase()}`;
      try {
        const relay = await this.#open(server, name);
        this.#log.info({ server: name, address: relay.address.join(':') }, 'reachable by a TURN relay');
        return relay;
      } catch (error) {
        this.#log.warn({ server: name, error: (error as Error).message }, 'no relay at this TURN server');
      }
    }
    return undefined;
  }

  async #open(server: TurnServer, name: string): Promise<Relay> {
    const by: DatagramPort = {
      name: `relay ${name}`,
      relayed: true,
      send: (datagram, address, port) => relay?.send(datagram, address, port),
    };
    let relay: Relay | undefined;
    relay = await Relay.allocate(server, {
      onDatagram: (datagram, address, port) => this.#ice.receive(by, datagram, address, port),
      onLost: (reason) => {
        this.#log.warn({ server: name, reason }, 'the TURN relay is gone');
        if (relay) this.#relay = undefined;
      },
    });
    return relay;
  }
}
