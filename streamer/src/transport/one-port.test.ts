import { once } from 'node:events';
import { type AddressInfo, connect, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createOnePort } from './one-port.ts';

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

function send(bytes: string): Socket {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
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

it('ends what there is no service for', async () => {
  const socket = send('\x16\x03\x01\x02\x00');
  await new Promise((resolve) => socket.on('close', resolve));
});
