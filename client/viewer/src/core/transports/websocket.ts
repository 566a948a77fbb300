import { SUBPROTOCOL } from '@deskside/protocol/version';
import { takeEarlySocket } from '../early-start.ts';
import type { Transport, TransportEvents } from './transport.ts';

/**
 * The page's own WebSocket: the way that is always there.
 *
 * @param address as `socketAddress` gives it
 */
export function openWebSocket(address: URL, events: TransportEvents): Transport {
  const early = takeEarlySocket(address);
  const socket = early?.socket ?? new WebSocket(address, SUBPROTOCOL);
  socket.binaryType = 'arraybuffer';
  if (!early) socket.onopen = () => events.onOpen();
  socket.onmessage = (event: MessageEvent<string | ArrayBuffer>) => events.onMessage(event.data);
  socket.onclose = ({ code, reason }) => events.onClose(code, reason);
  // Not before whoever opens it has it.
  if (early) queueMicrotask(() => catchUp(early.messages));
  return {
    send(message) {
      if (socket.readyState === WebSocket.OPEN) socket.send(message);
    },
    [Symbol.dispose]() {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close(1000);
    },
  };

  /** Nothing more once it was let go of. */
  function catchUp(messages: readonly (string | ArrayBuffer)[]): void {
    for (const message of messages) if (socket.onmessage) events.onMessage(message);
  }
}
