/**
 * One streamer to an instance. The lock is a listening socket in Linux's abstract namespace (unix(7)): it is taken by one
 * process at a time and is gone with the process however that ends, so it is never stale.
 */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { text } from 'node:stream/consumers';

/** A holder that does not say its name within this time, ms, is stuck. */
const ANSWER_WITHIN = 1_000;

/** Undefined if another process has it. */
export async function takeLock(instance: string): Promise<AsyncDisposable | undefined> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.end(String(process.pid));
  });
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

/** The process that has it. `pid` is missing if that is stuck; undefined if nobody has it. */
export async function lockHolder(instance: string): Promise<{ pid?: number } | undefined> {
  // Looking is not taking it for a moment, which could keep another process from it.
  const socket = connect(addressOf(instance));
  try {
    await once(socket, 'connect');
  } catch {
    return undefined;
  }
  socket.setTimeout(ANSWER_WITHIN, () => socket.destroy());
  const pid = Number(await text(socket).catch(() => ''));
  return pid > 0 ? { pid } : {};
}

function addressOf(instance: string): string {
  return `\0deskside-${instance}`;
}
