/**
 * ICE-lite (RFC 8445 section 2.5) for one viewer: answers authenticated checks and sends where the browser nominated.
 * No timers of connectivity checks, no candidates of the other side.
 */
import { randomBytes } from 'node:crypto';
import { classes, Message, methods, parseMessage } from 'werift';

/** A way to the viewer, over UDP or a TCP connection. */
export interface Route {
  readonly protocol: 'udp' | 'tcp';
  /** By a relay of ours. */
  readonly relayed: boolean;
  /** The viewer's address and port as seen here. */
  readonly remote: readonly [address: string, port: number];
  send(datagram: Buffer): void;
  close(): void;
}

export interface AgentEvents {
  /** The browser chose this route; undefined: the chosen one is gone. */
  onRoute(route: Route | undefined): void;
  /** A datagram that is not STUN. */
  onDatagram(datagram: Buffer): void;
}

/** Routes of one viewer at most: a browser has a few addresses, times two protocols. */
const MAX_ROUTES = 16;

export class IceAgent {
  /** RFC 8445 section 5.3 wants 24 bits of randomness in the fragment and 128 in the password. */
  readonly usernameFragment = randomBytes(9).toString('hex');
  readonly password = randomBytes(18).toString('hex');
  /** When the viewer was last heard of, ms as `performance.now()`. */
  heard = performance.now();
  readonly #events: AgentEvents;
  readonly #routes = new Set<Route>();
  #selected: Route | undefined;

  constructor(events: AgentEvents) {
    this.#events = events;
  }

  get route(): Route | undefined {
    return this.#selected;
  }

  /** Answers a check if it is one for this agent; false if it is not, or forged. */
  check(datagram: Buffer, route: Route): boolean {
    const request = parseMessage(datagram, Buffer.from(this.password));
    if (request?.messageMethod !== methods.BINDING || request.messageClass !== classes.REQUEST) return false;
    this.heard = performance.now();
    this.#remember(route);
    route.send(this.#answer(request, route));
    // Whatever was nominated last counts: browsers move USE-CANDIDATE to a better pair.
    if (request.attributesKeys.includes('USE-CANDIDATE')) this.#select(route);
    return true;
  }

  /** A datagram that came on an authenticated route. */
  receive(datagram: Buffer): void {
    this.#events.onDatagram(datagram);
  }

  send(datagram: Buffer): void {
    this.#selected?.send(datagram);
  }

  /** The route is gone, for example its connection closed. */
  forget(route: Route): void {
    this.#routes.delete(route);
    if (route !== this.#selected) return;
    this.#selected = undefined;
    this.#events.onRoute(undefined);
  }

  close(): void {
    this.#selected = undefined;
    for (const route of this.#routes) route.close();
    this.#routes.clear();
  }

  #remember(route: Route): void {
    this.#routes.add(route);
    if (this.#routes.size <= MAX_ROUTES) return;
    const oldest = [...this.#routes].find((other) => other !== this.#selected && other !== route);
    if (!oldest) return;
    this.#routes.delete(oldest);
    oldest.close();
  }

  #answer(request: Message, { remote }: Route): Buffer {
    return new Message(methods.BINDING, classes.RESPONSE, request.transactionId)
      .setAttribute('XOR-MAPPED-ADDRESS', [...remote])
      .addMessageIntegrity(Buffer.from(this.password))
      .addFingerprint().bytes;
  }

  #select(route: Route): void {
    if (route === this.#selected) return;
    this.#selected = route;
    this.#events.onRoute(route);
  }
}
