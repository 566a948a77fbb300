import { Socket } from 'node:net';
import { type Connection, xcb } from './xcb.ts';

export interface XListener {
  /** @param event its 32 bytes as in the X protocol, valid during the call */
  onEvent(event: DataView): void;
  /** The X server is gone. */
  onEnd(): void;
}

/**
 * Has Node's event loop hear of what an X server sends to a connection of libxcb's, from which libxcb must take nothing
 * any more: it would have to wait for its descriptor, and Node waits only for what it reads itself.
 *
 * @returns to be destroyed before the connection
 */
export function hearEvents(connection: Connection, { onEvent, onEnd }: XListener): Socket {
  let rest: Uint8Array = new Uint8Array();
  const socket = new Socket({
    // Node closes what it is given, and so does libxcb.
    fd: xcb().duplicate(xcb().descriptor(connection)),
    writable: false,
    onread: {
      buffer: new Uint8Array(READ_BYTES),
      callback(length, buffer) {
        const bytes =
          rest.length === 0 ? buffer.subarray(0, length) : Buffer.concat([rest, buffer.subarray(0, length)]);
        const whole = bytes.length - (bytes.length % UNIT);
        for (let at = 0; at < whole; at += UNIT)
          onEvent(new DataView(bytes.buffer, bytes.byteOffset + at, UNIT));
        rest = bytes.slice(whole);
        return true;
      },
    },
  });
  socket.on('error', () => {});
  socket.on('close', onEnd);
  return socket;
}

/** Bytes of each event and error, and of an answer that tells no more (X protocol, "Syntax"). */
const UNIT = 32;
const READ_BYTES = 128 * UNIT;
