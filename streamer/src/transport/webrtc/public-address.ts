/** Where a NAT in front shows our UDP port, from a STUN server (`--public-address auto`). */
import type { Logger } from 'pino';
import { classes, Message, methods, parseMessage } from 'werift';
import type { At } from './candidates.ts';
import type { IcePort } from './ice-port.ts';
import { parseStunUri } from './ice-uris.ts';

/** A NAT may show another address after a while, ms; asking also keeps its entry alive. */
const FRESH_FOR = 60_000;

export class PublicAddress {
  readonly #server: { host: string; port: number };
  readonly #ice: IcePort;
  readonly #log: Logger;
  #found: Promise<At | undefined> | undefined;
  #asked = 0;

  /** @param stunUri `stun:` host and port (RFC 7064) */
  constructor(stunUri: string, ice: IcePort, log: Logger) {
    this.#server = parseStunUri(stunUri)!;
    this.#ice = ice;
    this.#log = log;
  }

  /** Undefined: the server does not answer, which is logged. */
  async find(): Promise<At | undefined> {
    if (this.#found && performance.now() - this.#asked < FRESH_FOR) return await this.#found;
    this.#asked = performance.now();
    this.#found = this.#ask();
    return await this.#found;
  }

  async #ask(): Promise<At | undefined> {
    if (this.#ice.udpPort === undefined) return undefined;
    try {
      const { bytes } = new Message(methods.BINDING, classes.REQUEST);
      const answer = parseMessage(await this.#ice.ask(bytes, this.#server));
      const [address, port] = answer!.getAttributeValue('XOR-MAPPED-ADDRESS');
      return { address, port };
    } catch (error) {
      const { host, port } = this.#server;
      this.#log.warn(
        { server: `${host}:${port}`, error: (error as Error).message },
        'the public address is not known: give it by --public-address, or another server by --stun-uri',
      );
      return undefined;
    }
  }
}
