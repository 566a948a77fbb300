/** Frames on a TCP connection (RFC 4571): a 16-bit length before each datagram. */
import type { Socket } from 'node:net';

/** Largest datagram from a browser, bytes: an Ethernet frame's worth. */
const MAX_FRAME = 1500;

/** Unsent bytes at which datagrams are dropped: acknowledgements keep pictures far below it. */
const MAX_BACKLOG = 8 * 1024 * 1024;

/** Calls `onFrame` for each datagram; a connection with an impossible length is destroyed. */
export function readFrames(socket: Socket, onFrame: (datagram: Buffer) => void): void {
  let pending: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    pending = pending.byteLength > 0 ? Buffer.concat([pending, chunk]) : chunk;
    let start = 0;
    while (pending.byteLength - start >= 2 && !socket.destroyed) {
      const length = pending.readUInt16BE(start);
      if (length > MAX_FRAME) {
        socket.destroy();
        return;
      }
      const end = start + 2 + length;
      if (end > pending.byteLength) break;
      if (length > 0) onFrame(pending.subarray(start + 2, end));
      start = end;
    }
    pending = pending.subarray(start);
  });
}

/** Sends a datagram; all of one turn of the event loop leave together. */
export function writeFrame(socket: Socket, datagram: Buffer): void {
  if (socket.destroyed || socket.writableLength > MAX_BACKLOG) return;
  if (socket.writableCorked === 0) {
    socket.cork();
    process.nextTick(() => socket.uncork());
  }
  const length = Buffer.allocUnsafe(2);
  length.writeUInt16BE(datagram.byteLength);
  socket.write(length);
  socket.write(datagram);
}
