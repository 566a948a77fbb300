import { once } from 'node:events';
import { type AddressInfo, connect, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createOnePort } from './one-port.ts';
import { sendsAtOnce } from './testing/no-delay.ts';

let server: Server;
let served: Promise<[service: string, bytes: string]>;

beforeEach(async () => {
  const { promise, resolve } = Promise.withResolvers<[string, string]>();
  served = promise;
  const read = (service: string) => (socket: Socket) =>
    socket.on('data', (bytes) => {
      resolve([service, bytes.toString('latin1')]);
      socket.destroy();
    });
  server = createOnePort({ http: read('http'), ice: read('ice') }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(() => void server.close());

function send(bytes: string, to = server): Socket {
  const socket = connect((to.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(bytes, 'latin1');
  return socket.resume();
}

it.each([
  ['http', 'GET / HTTP/1.1\r\n'],
  ['http', 'POST /'],
  ['ice', '\x00\x64\x00\x01\x00\x50'],
  ['ice', '\x05\xdc'],
])('gives %s everything that was sent: %j', async (service, bytes) => {
  send(bytes);
  expect(await served).toEqual([service, bytes]);
});

it.each([
  ['http', 'GET / HTTP/1.1\r\n'],
  ['ice', '\x00\x64'],
  ['tls', '\x16\x03\x01'],
] as const)('hands %s a socket that sends at once what is written', async (service, bytes) => {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const serve = (socket: Socket): void => {
    resolve(sendsAtOnce(socket));
    socket.destroy();
  };
  await using port = createOnePort({ http: serve, [service]: serve }).listen(0, '127.0.0.1');
  await once(port, 'listening');
  send(bytes, port);
  expect(await promise).toBe(true);
});

it('ends who says nothing', async () => {
  await using port = createOnePort({ http: () => expect.unreachable() }, 20).listen(0, '127.0.0.1');
  await once(port, 'listening');
  await once(send('', port), 'close');
});

it('ends what there is no service for', async () => {
  const socket = send('\x16\x03\x01\x02\x00');
  await new Promise((resolve) => socket.on('close', resolve));
});
