import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { IcePort } from './ice-port.ts';
import type { TurnServer } from './ice-servers.ts';
import { timeLimited } from './ice-servers.ts';
import { PublicAddress } from './public-address.ts';
import { Relay, type RelayEvents } from './relay.ts';

const SECRET = 'a secret of tests';

let folder: string;
let coturn: ChildProcess;
let port: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deskside-coturn-'));
  port = await freePort();
  await start();
}, 40_000);

afterAll(async () => {
  await stop();
  await rm(folder, { recursive: true, force: true });
});

/** Debian's coturn, at a port of this machine. */
async function start(): Promise<void> {
  const where = ['--listening-ip=127.0.0.1', '--relay-ip=127.0.0.1', `--listening-port=${port}`, '--no-tls'];
  const who = [
    '--use-auth-secret',
    `--static-auth-secret=${SECRET}`,
    '--realm=test',
    '--allow-loopback-peers',
  ];
  const files = [
    `--userdb=${folder}/users`,
    `--pidfile=${folder}/pid`,
    '--log-file=stdout',
    '--no-cli',
    '-n',
  ];
  coturn = spawn('turnserver', [...where, ...who, ...files], { stdio: 'ignore' });
  await vi.waitUntil(() => accepts(port), { timeout: 30_000 });
}

async function stop(): Promise<void> {
  const gone = once(coturn, 'exit');
  coturn.kill();
  await gone;
}

const server = (transport: 'udp' | 'tcp'): TurnServer => ({
  host: 'localhost',
  port,
  transport,
  ...timeLimited('ada', SECRET),
});

const nothing: RelayEvents = { onDatagram() {}, onLost() {} };

describe.each(['udp', 'tcp'] as const)('a relay over %s', (transport) => {
  it('carries datagrams both ways, to and from who is permitted', async () => {
    const { promise, resolve } = Promise.withResolvers<[string, number]>();
    using relay = await Relay.allocate(server(transport), {
      ...nothing,
      onDatagram: (datagram, address, port) => {
        if (String(datagram) === 'hello') resolve([address, port]);
      },
    });
    const viewer = createSocket('udp4').bind(0, '127.0.0.1');
    await once(viewer, 'listening');
    try {
      relay.permit('127.0.0.1');
      const knocking = setInterval(() => viewer.send('hello', relay.address[1], relay.address[0]), 20);
      const from = await promise;
      clearInterval(knocking);
      expect(from).toEqual(['127.0.0.1', viewer.address().port]);
      const answered = nextMessage(viewer);
      relay.send(Buffer.from('welcome'), ...from);
      expect(await answered).toBe('welcome');
    } finally {
      viewer.close();
    }
  });
});

it('is refused to who has another secret, in words', { timeout: 20_000 }, async () => {
  const login = timeLimited('ada', 'guessed');
  await expect(Relay.allocate({ ...server('udp'), ...login }, nothing)).rejects.toThrow(/user and password/);
});

it('tells over UDP, too, that its server has forgotten it', { timeout: 60_000 }, async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  using relay = await Relay.allocate(server('udp'), { ...nothing, onLost: resolve });
  await stop();
  await start();
  relay.permit('127.0.0.1');
  expect(await promise).not.toBe('');
});

it('and a STUN server tell where our UDP port is seen', async () => {
  await using ice = new IcePort();
  await ice.listenUdp('127.0.0.1', 0);
  const publicAddress = new PublicAddress(`stun:localhost:${port}`, ice, pino({ level: 'silent' }));
  expect(await publicAddress.find()).toEqual({ address: '127.0.0.1', port: ice.udpPort });
});

it('tells when the connection to its server closes', async () => {
  const silent = createServer((socket) => socket.once('data', () => socket.end())).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  try {
    await expect(Relay.allocate({ ...server('tcp'), port }, nothing)).rejects.toThrow(/closed/);
  } finally {
    silent.close();
  }
});

it('says where nobody listens', async () => {
  const port = await freePort();
  await expect(Relay.allocate({ ...server('tcp'), port }, nothing)).rejects.toThrow(/ECONNREFUSED/);
});

async function nextMessage(socket: Socket): Promise<string> {
  const [datagram] = await once(socket, 'message');
  return String(datagram);
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const accepted = await once(socket, 'connect').then(
    () => true,
    () => false,
  );
  socket.destroy();
  return accepted;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
