/**
 * One streamer to an instance. The lock is a listening socket in Linux's abstract namespace (unix(7)): it is taken by one
 * process at a time and is gone with the process however that ends, so it is never stale.
 */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** Undefined if another process has it. */
export async function takeLock(instance: string): Promise<AsyncDisposable | undefined> {
  const server = createServer((socket) => socket.destroy());
  server.listen(addressOf(instance));
  try {
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return undefined;
    throw error;
  }
  // It must not keep the process alive by itself.
  server.unref();
  return {
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, 'close');
    },
  };
}

/** Looks without taking it, which could keep another process from it. */
export async function isLocked(instance: string): Promise<boolean> {
  const socket = connect(addressOf(instance));
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

function addressOf(instance: string): string {
  return `\0deskside-${instance}`;
}
