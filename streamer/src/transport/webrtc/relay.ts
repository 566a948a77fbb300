/** An address at a TURN server (RFC 8656) that leads here: for viewers to whom this machine cannot be reached. */
import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { connect as connectTcp, isIP, isIPv6 } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type Transport, TurnProtocol } from 'werift';
import type { TurnServer } from './ice-servers.ts';

export interface RelayEvents {
  onDatagram(datagram: Buffer, address: string, port: number): void;
  /** The server or the connection to it is gone. The last event. */
  onLost(reason: string): void;
}

/** How long an allocation lasts unless it is refreshed, s (section 7.2 has 10 minutes as the default). */
const LIFETIME = 600;

/** Channels are bound anew after this, s: permissions, which come with them, last 300 s (section 9). */
const CHANNEL_REFRESH = 240;

/** From asking to an allocation, ms: three round trips, TCP's and TLS's among them. */
const DEADLINE = 5000;

/** Addresses that may send at once: a browser has a few, and a room full of viewers some dozens. */
const MAX_PERMISSIONS = 256;

/** Unsent bytes at which datagrams are dropped: acknowledgements keep pictures far below it. */
const MAX_BACKLOG = 8 * 1024 * 1024;

export class Relay implements Disposable {
  /** Where the server takes datagrams for us. */
  readonly address: readonly [host: string, port: number];
  readonly #turn: TurnProtocol;
  readonly #events: RelayEvents;
  readonly #permitted = new Map<string, number>();

  /** @throws Error if the server cannot be reached or does not let us in */
  static async allocate(server: TurnServer, events: RelayEvents): Promise<Relay> {
    const { transport, lost } = await open(server, events.onLost);
    const { username, credential } = server;
    const endpoint: [string, number] = [transport.host, server.port];
    const options = { channelRefreshTime: CHANNEL_REFRESH };
    const turn = new TurnProtocol(endpoint, username, credential, LIFETIME, transport, options);
    turn.onData.subscribe((datagram, [address, port]) => events.onDatagram(datagram, address, port));
    try {
      await within(DEADLINE, Promise.race([turn.connectionMade(), lost]));
    } catch (error) {
      await turn.close();
      throw new Error(explain(error, turn), { cause: error });
    }
    return new Relay(turn, events);
  }

  private constructor(turn: TurnProtocol, events: RelayEvents) {
    this.#turn = turn;
    this.#events = events;
    this.address = turn.relayedAddress;
  }

  /** Lets datagrams from this address through. */
  permit(address: string): void {
    const now = performance.now();
    const since = this.#permitted.get(address);
    if (isIP(address) === 0 || this.#permitted.size >= MAX_PERMISSIONS) return;
    if (since !== undefined && now - since < CHANNEL_REFRESH * 1000) return;
    this.#permitted.set(address, now);
    // Its cache never expires, permissions do.
    (this.#turn as unknown as { permissionByAddr: Record<string, true> }).permissionByAddr = {};
    this.#turn
      .getPermission([address, 0])
      .catch((error: Error) => this.#lose(error.message || 'it does not know us'));
  }

  send(datagram: Buffer, address: string, port: number): void {
    this.#turn.sendData(datagram, [address, port]).catch(() => {});
  }

  /** Over UDP a server that is gone, or has forgotten us, shows when something is wanted of it. */
  #lose(reason: string): void {
    if (this.#turn.transport.closed) return;
    this[Symbol.dispose]();
    this.#events.onLost(reason);
  }

  [Symbol.dispose](): void {
    void this.#turn.close().catch(() => {});
  }
}

type RelayTransport = Transport & { host: string };

/** `lost` rejects when the server closes the connection. */
async function open(server: TurnServer, onLost: (reason: string) => void) {
  const { promise: lost, reject } = Promise.withResolvers<never>();
  lost.catch(() => {});
  const onClose = (reason: string): void => {
    reject(new Error(reason));
    onLost(reason);
  };
  // Resolved once: everything of one allocation has to reach the same server.
  const { address: host } = await within(DEADLINE, lookup(server.host));
  const transport = server.transport === 'udp' ? openUdp(host) : openStream(server, host, onClose);
  return { transport, lost };
}

function openUdp(host: string): RelayTransport {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  const transport: RelayTransport = {
    host,
    type: 'udp',
    address: {} as Transport['address'],
    addressFamily: isIPv6(host) ? 6 : 4,
    closed: false,
    onData: () => {},
    async send(datagram, to) {
      if (!transport.closed && to) socket.send(datagram, to[1], to[0]);
    },
    async close() {
      if (transport.closed) return;
      transport.closed = true;
      socket.close();
    },
  };
  socket.on('error', () => {});
  socket.on('message', (datagram, { address, port }) => transport.onData(datagram, [address, port]));
  return transport;
}

function openStream(server: TurnServer, host: string, onClose: (reason: string) => void): RelayTransport {
  const { port } = server;
  const socket =
    server.transport === 'tls'
      ? connectTls({ host, port, servername: isIP(server.host) ? '' : server.host })
      : connectTcp({ host, port });
  socket.setNoDelay(true);
  let reason = 'the connection to the relay closed';
  const transport: RelayTransport = {
    host,
    type: server.transport === 'tls' ? 'tls' : 'tcp',
    address: {} as Transport['address'],
    remoteAddress: [host, port],
    closed: false,
    onData: () => {},
    async send(data) {
      if (!transport.closed && socket.writableLength <= MAX_BACKLOG) socket.write(data);
    },
    async close() {
      transport.closed = true;
      socket.destroy();
    },
  };
  socket.on('data', (data) => transport.onData(data, [host, port]));
  socket.on('error', (error) => {
    reason = error.message;
  });
  socket.on('close', () => {
    if (!transport.closed) onClose(reason);
  });
  return transport;
}

async function within<T>(deadline: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${deadline / 1000} s`)), deadline);
  });
  return await Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** Refusals come without a signature and are not believed; who answered before and does so no more has refused. */
function explain(error: unknown, turn: TurnProtocol): string {
  if (turn.realm !== undefined) return 'it does not let us in with this user and password, or has no room';
  return (error as Error).message;
}
