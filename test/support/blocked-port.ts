import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** A UDP port that a streamer is told to use and cannot have: all of its UDP is lost. */
export async function blockedUdpPort(): Promise<{ port: number } & AsyncDisposable> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    port: socket.address().port,
    async [Symbol.asyncDispose]() {
      socket.close();
      await once(socket, 'close');
    },
  };
}
