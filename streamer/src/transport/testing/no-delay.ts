import type { Socket } from 'node:net';
import koffi from 'koffi';

/** Of Linux' `netinet/in.h` and `netinet/tcp.h`. */
const IPPROTO_TCP = 6;
const TCP_NODELAY = 1;

/** Whether the kernel sends what is written to a socket at once, instead of waiting for more (tcp(7): TCP_NODELAY). */
export function sendsAtOnce(socket: Socket): boolean {
  const getsockopt = koffi
    .load('libc.so.6')
    .func('int getsockopt(int, int, int, _Out_ int *, _Inout_ uint32_t *)');
  const { fd } = (socket as unknown as { _handle: { fd: number } })._handle;
  const value = [0];
  const failed = getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, value, [Int32Array.BYTES_PER_ELEMENT]);
  if (failed) throw new Error(`The socket ${fd} has no options of TCP.`);
  return value[0] !== 0;
}
