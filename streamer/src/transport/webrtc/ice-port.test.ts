import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { classes, Message, methods, parseMessage } from 'werift';
import { IceAgent, type Route } from './ice-agent.ts';
import { IcePort } from './ice-port.ts';
import { writeFrame } from './ice-tcp.ts';

let port: IcePort;
let agent: IceAgent;
let routes: (Route | undefined)[];
let datagrams: string[];
let tcp: Server;
let peer: UdpSocket;
let answers: Buffer[];

beforeEach(async () => {
  port = new IcePort();
  await port.listenUdp('127.0.0.1', 0);
  routes = [];
  datagrams = [];
  agent = new IceAgent({
    onRoute: (route) => routes.push(route),
    onDatagram: (data) => datagrams.push(String(data)),
  });
  port.add(agent);
  tcp = createServer((socket) => port.accept(socket)).listen(0, '127.0.0.1');
  await once(tcp, 'listening');
  peer = createSocket('udp4');
  answers = [];
  peer.on('message', (data) => answers.push(data));
});

afterEach(async () => {
  peer.close();
  await port[Symbol.asyncDispose]();
  tcp.close();
});

const until = (condition: () => boolean) => vi.waitUntil(condition, { timeout: 10_000, interval: 5 });
const sendUdp = (data: Uint8Array) => peer.send(data, port.udpPort!, '127.0.0.1');

interface Forgery {
  fragment?: string;
  /** Empty: without MESSAGE-INTEGRITY. */
  password?: string;
  nominate?: boolean;
}

function check({
  fragment = agent.usernameFragment,
  password = agent.password,
  nominate = true,
}: Forgery = {}) {
  const request = new Message(methods.BINDING, classes.REQUEST)
    .setAttribute('USERNAME', `${fragment}:them`)
    .setAttribute('PRIORITY', 1)
    .setAttribute('ICE-CONTROLLING', 5n);
  if (nominate) request.setAttribute('USE-CANDIDATE', null);
  if (password) request.addMessageIntegrity(Buffer.from(password));
  return request.addFingerprint().bytes;
}

describe('over UDP', () => {
  it('answers an authenticated check with the address that it came from', async () => {
    sendUdp(check());
    await until(() => answers.length > 0);
    const answer = parseMessage(answers[0]!, Buffer.from(agent.password));
    expect(answer?.messageClass).toBe(classes.RESPONSE);
    expect(answer?.getAttributeValue('XOR-MAPPED-ADDRESS')).toEqual(['127.0.0.1', peer.address().port]);
    expect(agent.route?.protocol).toBe('udp');
  });

  it('sends nowhere before a route is nominated', async () => {
    sendUdp(check({ nominate: false }));
    await until(() => answers.length === 1);
    agent.send(Buffer.from('picture'));
    sendUdp(check());
    await until(() => answers.length === 2);
    agent.send(Buffer.from('picture'));
    await until(() => answers.length === 3);
    expect(answers.map(String).filter((text) => text === 'picture')).toHaveLength(1);
  });

  it.each([
    ['a wrong password', { password: 'wrong'.repeat(5) }],
    ['no integrity', { password: '' }],
    ['an unknown user name', { fragment: 'nobody' }],
  ])('does nothing for a check with %s', async (_, forgery) => {
    sendUdp(check(forgery));
    sendUdp(Buffer.from('media of nobody'));
    await until(() => port.counters.forged === 1 && port.counters.stray === 1);
    expect(answers).toEqual([]);
    expect(routes).toEqual([]);
    expect(datagrams).toEqual([]);
  });

  it('takes data of an authenticated address only', async () => {
    sendUdp(check());
    await until(() => answers.length > 0);
    sendUdp(Buffer.from('hello'));
    await until(() => datagrams.length > 0);
    expect(datagrams).toEqual(['hello']);
  });

  it('listens at a host by its name, too', async () => {
    await using named = new IcePort();
    await named.listenUdp('localhost', 0);
    expect(named.udpPort).toBeGreaterThan(0);
  });

  it('survives anything', async () => {
    const stun = fc
      .uint8Array({ maxLength: 80 })
      .map((tail) => Buffer.concat([check().subarray(0, 20), tail]));
    const spoilt = fc.tuple(fc.nat(90), fc.nat(255)).map(([at, byte]) => {
      const bytes = check();
      bytes[at % bytes.byteLength] = byte;
      return bytes;
    });
    for (const data of fc.sample(fc.oneof(fc.uint8Array({ maxLength: 200 }), stun, spoilt), 500))
      sendUdp(data);
    sendUdp(check());
    await until(() => agent.route !== undefined);
  });
});

describe('over TCP', () => {
  let socket: Socket;

  beforeEach(async () => {
    socket = connect((tcp.address() as AddressInfo).port, '127.0.0.1');
    socket.on('error', () => {});
    await once(socket, 'connect');
  });
  afterEach(() => void socket.destroy());

  const closed = () => new Promise((resolve) => socket.resume().on('close', resolve));

  it('carries frames both ways, however they are cut', async () => {
    const frame = Buffer.concat([Buffer.from([0, check().byteLength]), check()]);
    socket.setNoDelay(true);
    for (const byte of frame) socket.write(Buffer.from([byte]));
    await until(() => agent.route?.protocol === 'tcp');
    writeFrame(socket, Buffer.from('hello'));
    writeFrame(socket, Buffer.from('again'));
    await until(() => datagrams.length === 2);
    agent.send(Buffer.from('picture'));
    await until(() => String(socket.read() ?? '').includes('\0\x07picture'));
  });

  it('tells when the nominated connection is gone', async () => {
    writeFrame(socket, check());
    await until(() => routes.length === 1);
    socket.destroy();
    await until(() => routes.length === 2);
    expect(routes[1]).toBeUndefined();
  });

  it.each([
    ['a forged check', () => writeFrame(socket, check({ password: 'wrong' }))],
    ['data before a check', () => writeFrame(socket, Buffer.from('data'))],
    ['an impossible length', () => socket.write(Buffer.from([7, 255, 0]))],
  ])('ends a connection that begins with %s', async (_, act) => {
    act();
    await closed();
    expect(routes).toEqual([]);
  });

  it('is open to a viewer while others only connect', async () => {
    const { port: number } = tcp.address() as AddressInfo;
    const flood = Array.from({ length: 100 }, () => connect(number, '127.0.0.1').resume());
    for (const half of flood) half.on('error', () => {});
    await until(() => flood.filter((half) => half.closed).length >= 36);
    const viewer = connect(number, '127.0.0.1').on('error', () => {});
    writeFrame(viewer, check());
    await until(() => agent.route?.protocol === 'tcp');
    for (const half of [...flood, viewer]) half.destroy();
  });
});

it('forgets a way that nothing comes by any more, and watches nothing without an agent', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
  try {
    await using own = new IcePort();
    expect(vi.getTimerCount()).toBe(0);
    own.add(agent);
    agent.check(check(), {
      protocol: 'udp',
      relayed: false,
      remote: ['127.0.0.1', 9],
      send() {},
      close() {},
    });
    vi.advanceTimersByTime(19_000);
    expect(agent.route).toBeDefined();
    vi.advanceTimersByTime(4000);
    expect(agent.route).toBeUndefined();
    own.remove(agent);
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

it('forgets an agent that is removed', async () => {
  sendUdp(check());
  await until(() => answers.length === 1);
  port.remove(agent);
  sendUdp(check());
  sendUdp(Buffer.from('late'));
  await until(() => port.counters.forged === 1 && port.counters.stray === 1);
  expect(datagrams).toEqual([]);
});
