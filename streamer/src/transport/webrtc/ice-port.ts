/**
 * The streamer's side of ICE: one UDP port and connections of its TCP port, for all viewers' agents. It is there from
 * the start, and werift only with the first agent: here nothing of it is loaded.
 */
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { lookup as askResolver } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { isIP, isIPv4, isIPv6, type Socket } from 'node:net';
import { WaitingRoom } from '../waiting-room.ts';
import type { IceAgent, Route } from './ice-agent.ts';
import { readFrames, writeFrame } from './ice-tcp.ts';

/** What came in that belongs to nobody, since the start. */
export interface IceCounters {
  /** STUN without a known user name or without a right MESSAGE-INTEGRITY. */
  forged: number;
  /** Anything else from an address that never authenticated itself. */
  stray: number;
}

/** What datagrams come from and go back to: our UDP port, or an address at a relay. */
export interface DatagramPort {
  readonly name: string;
  readonly relayed: boolean;
  send(datagram: Buffer, address: string, port: number): void;
}

/** Browsers check a nominated pair every 2.5 s at least; RFC 7675 section 5.1 ends consent after 30 s. */
const SILENCE = 20_000;
const SILENCE_CHECK = 2000;

/** A STUN server is asked again after this, ms (RFC 8489 section 6.2.1), and given up after that. */
const STUN_REPEAT = 500;
const STUN_DEADLINE = 3000;

/** Message type of a success response to Binding (RFC 8489 section 5). */
const BINDING_SUCCESS = 0x0101;

/** Kernel buffers, bytes: a key frame's burst each way. */
const UDP_BUFFER = 1 << 20;

export class IcePort implements AsyncDisposable {
  readonly counters: IceCounters = { forged: 0, stray: 0 };
  readonly #agents = new Map<string, IceAgent>();
  /** Authenticated peers of datagrams, by the port that they came to, their address and their port. */
  readonly #peers = new Map<string, { agent: IceAgent; route: Route }>();
  readonly #udpPort: DatagramPort = {
    name: 'udp',
    relayed: false,
    send: (datagram, address, port) => this.#udp?.send(datagram, port, this.#reachable(address)),
  };
  /** Answers of STUN servers that are waited for, by transaction. */
  readonly #questions = new Map<string, (answer: Buffer) => void>();
  /** TCP connections that have not authenticated themselves. */
  readonly #waitingRoom = new WaitingRoom();
  /** Runs while there are agents. */
  #silence: NodeJS.Timeout | undefined;
  #udp: UdpSocket | undefined;
  /** To ask the socket is a call of the system, which would be one for each packet. */
  #udpIsIPv6 = false;

  /** The UDP port, if there is one. */
  get udpPort(): number | undefined {
    return this.#udp?.address().port;
  }

  /** @throws Error if the port cannot be had; everything but UDP works then */
  async listenUdp(host: string, port: number): Promise<void> {
    const socket = createSocket({
      type: isIPv6(host) ? 'udp6' : 'udp4',
      recvBufferSize: UDP_BUFFER,
      sendBufferSize: UDP_BUFFER,
      // Of addresses, which is all that is ever sent to, Node's own tells in its next turn only, for each packet.
      lookup: (host, options, answer) =>
        isIP(host) ? answer(null, host, isIP(host)) : askResolver(host, options, answer),
    });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    socket.once('error', reject);
    socket.bind(port, host, resolve);
    await promise.catch((error: unknown) => {
      socket.close();
      throw error;
    });
    // Errors of single datagrams (an unreachable peer) are the peer's silence soon enough.
    socket.off('error', reject).on('error', () => {});
    socket.on('message', (datagram, { address, port }) =>
      this.receive(this.#udpPort, datagram, plain(address), port),
    );
    this.#udp = socket;
    this.#udpIsIPv6 = socket.address().family === 'IPv6';
  }

  /** Takes over a connection of the TCP port. */
  accept(socket: Socket): void {
    const waiting = this.#waitingRoom.enter(() => socket.destroy());
    const route = tcpRoute(socket);
    let agent: IceAgent | undefined;
    readFrames(socket, (datagram) => {
      if (isStun(datagram)) {
        const answered = this.#check(datagram, route);
        if (answered && !agent) {
          waiting[Symbol.dispose]();
          agent = answered;
        }
        if (!agent || (answered && answered !== agent)) socket.destroy();
      } else if (agent) {
        agent.receive(datagram);
      } else {
        this.counters.stray++;
        socket.destroy();
      }
    });
    socket.on('close', () => {
      waiting[Symbol.dispose]();
      agent?.forget(route);
    });
  }

  /** The agent of a new viewer, or of a new attempt. Close it with {@link remove}. */
  add(agent: IceAgent): void {
    this.#agents.set(agent.usernameFragment, agent);
    this.#silence ??= setInterval(() => this.#endSilent(), SILENCE_CHECK).unref();
  }

  remove(agent: IceAgent): void {
    this.#agents.delete(agent.usernameFragment);
    agent.close();
    for (const [key, peer] of this.#peers) if (peer.agent === agent) this.#peers.delete(key);
    if (this.#agents.size > 0) return;
    clearInterval(this.#silence);
    this.#silence = undefined;
  }

  /** Sends from our UDP port, if there is one. */
  send(datagram: Buffer, address: string, port: number): void {
    this.#udpPort.send(datagram, address, port);
  }

  /**
   * Asks a STUN server (RFC 8489) from our UDP port.
   *
   * @param request of the method Binding
   * @returns its answer
   * @throws Error if it does not answer in time
   */
  async ask(request: Buffer, server: { host: string; port: number }): Promise<Buffer> {
    const { address } = await lookup(server.host, { family: this.#udp?.address().family === 'IPv4' ? 4 : 0 });
    const key = transactionOf(request);
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
    this.#questions.set(key, resolve);
    const send = (): void => this.send(request, address, server.port);
    const again = setInterval(send, STUN_REPEAT);
    const late = setTimeout(() => reject(new Error('no answer')), STUN_DEADLINE);
    send();
    try {
      return await promise;
    } finally {
      clearInterval(again);
      clearTimeout(late);
      this.#questions.delete(key);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const agent of [...this.#agents.values()]) this.remove(agent);
    this.#waitingRoom.clear();
    const udp = this.#udp;
    if (udp) await new Promise<void>((resolve) => udp.close(() => resolve()));
  }

  /** A datagram that came from there, by our own port or another one that leads here. */
  receive(by: DatagramPort, datagram: Buffer, address: string, port: number): void {
    const key = `${by.name} ${address} ${port}`;
    const known = this.#peers.get(key);
    if (!isStun(datagram)) {
      if (known) known.agent.receive(datagram);
      else this.counters.stray++;
      return;
    }
    if (this.#isAnswer(datagram)) return;
    const route = known?.route ?? this.#datagramRoute(by, key, address, port);
    const agent = this.#check(datagram, route);
    if (!agent || agent === known?.agent) return;
    known?.agent.forget(known.route);
    this.#peers.set(key, { agent, route });
  }

  /** Whether it answers a question of ours, which only the server that was asked can know. */
  #isAnswer(datagram: Buffer): boolean {
    if (this.#questions.size === 0 || datagram.readUInt16BE() !== BINDING_SUCCESS) return false;
    const answered = this.#questions.get(transactionOf(datagram));
    answered?.(datagram);
    return answered !== undefined;
  }

  /** The agent that the check is for, if it is genuine; it has been answered then. */
  #check(datagram: Buffer, route: Route): IceAgent | undefined {
    const agent = this.#agents.get(localFragment(datagram) ?? '');
    if (agent?.check(datagram, route)) return agent;
    this.counters.forged++;
    return undefined;
  }

  /** A socket of IPv6 reaches IPv4 by mapped addresses only (RFC 4291 section 2.5.5.2). */
  #reachable(address: string): string {
    return this.#udpIsIPv6 && isIPv4(address) ? `::ffff:${address}` : address;
  }

  #datagramRoute(by: DatagramPort, key: string, address: string, port: number): Route {
    return {
      protocol: 'udp',
      relayed: by.relayed,
      remote: [address, port],
      send: (datagram) => by.send(datagram, address, port),
      close: () => void this.#peers.delete(key),
    };
  }

  #endSilent(): void {
    const longAgo = performance.now() - SILENCE;
    for (const agent of this.#agents.values()) {
      if (agent.route && agent.heard < longAgo) agent.forget(agent.route);
    }
  }
}

function tcpRoute(socket: Socket): Route {
  return {
    protocol: 'tcp',
    relayed: false,
    remote: [plain(socket.remoteAddress ?? '0.0.0.0'), socket.remotePort ?? 0],
    send: (datagram) => writeFrame(socket, datagram),
    close: () => socket.destroy(),
  };
}

/** An IPv4 address as such, where a dual-stack socket shows it mapped (RFC 4291 section 2.5.5.2). */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/, '');
}

const MAGIC_COOKIE = 0x2112a442;
const USERNAME = 0x0006;
const HEADER = 20;

/** RFC 7983 section 7: the first byte 0 to 3 is STUN; the cookie of RFC 8489 section 5 makes sure. */
function isStun(datagram: Buffer): boolean {
  return datagram.byteLength >= HEADER && datagram[0]! < 4 && datagram.readUInt32BE(4) === MAGIC_COOKIE;
}

/** Our fragment, the first half of USERNAME (RFC 8445 section 7.2.2): found before anything is verified. */
function localFragment(datagram: Buffer): string | undefined {
  let at = HEADER;
  while (at + 4 <= datagram.byteLength) {
    const length = datagram.readUInt16BE(at + 2);
    const value = datagram.subarray(at + 4, at + 4 + length);
    if (datagram.readUInt16BE(at) === USERNAME) return value.toString('latin1').split(':', 1)[0];
    at += 4 + length + ((4 - (length % 4)) % 4);
  }
  return undefined;
}

function transactionOf(datagram: Buffer): string {
  return datagram.toString('hex', 8, 20);
}
