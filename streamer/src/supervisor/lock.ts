/**
 * One streamer to an instance. The lock is a listening socket in Linux's abstract namespace (unix(7)): it is taken by one
 * process at a time and is gone with the process however that ends, so it is never stale.
 */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { text } from 'node:stream/consumers';

/** A holder that does not say its name within this time, ms, is stuck. */
const ANSWER_WITHIN = 1_000;

/** Who has a lock; what is missing is not told by one that is stuck. */
export interface LockHolder {
  pid?: number;
  stateDir?: string;
}

/** Undefined if another process has it. */
export async function takeLock(instance: string, stateDir: string): Promise<AsyncDisposable | undefined> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.end(`${process.pid} ${stateDir}`);
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

/** Undefined if nobody has it. */
export function lockHolder(instance: string): Promise<LockHolder | undefined> {
  // Looking is not taking it for a moment, which could keep another process from it.
  return askHolder(addressOf(instance));
}

/** Everybody on this machine who has one, whoever they are: nothing that they say is trusted. */
export async function lockHolders(): Promise<LockHolder[]> {
  // proc_pid_net(5): a socket's name comes last, with an @ for the zero byte.
  const sockets = await readFile('/proc/net/unix', 'utf8');
  const addresses = new Set([...sockets.matchAll(/@(deskside-[0-9a-f]+)$/gm)].map(([, name]) => `\0${name}`));
  const holders = await Promise.all([...addresses].map(askHolder));
  return holders.filter((holder) => holder !== undefined);
}

async function askHolder(address: string): Promise<LockHolder | undefined> {
  const socket = connect(address);
  try {
    await once(socket, 'connect');
  } catch {
    return undefined;
  }
  socket.setTimeout(ANSWER_WITHIN, () => socket.destroy());
  const [, pid, stateDir] = /^(\d+) (.+)$/s.exec(await text(socket).catch(() => '')) ?? [];
  return pid && stateDir ? { pid: Number(pid), stateDir } : {};
}

function addressOf(instance: string): string {
  return `\0deskside-${instance}`;
}
