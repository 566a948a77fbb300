import { SUBPROTOCOL } from '@deskside/protocol';
import type { Transport, TransportEvents } from './transport.ts';

declare global {
  /** What ui/early-socket.js opened. */
  var earlySocket: WebSocket | undefined;
}

/**
 * The page's own WebSocket: the way that is always there.
 *
 * @param address as {@link socketAddress} gives it
 */
export function openWebSocket(address: URL, events: TransportEvents): Transport {
  const socket = takeEarly(address) ?? new WebSocket(address, SUBPROTOCOL);
  socket.binaryType = 'arraybuffer';
  socket.onopen = () => events.onOpen();
  // Nobody says anything before the viewer's hello: nothing was missed.
  if (socket.readyState === WebSocket.OPEN) queueMicrotask(() => socket.onopen && events.onOpen());
  socket.onmessage = (event: MessageEvent<string | ArrayBuffer>) => events.onMessage(event.data);
  socket.onclose = ({ code, reason }) => events.onClose(code, reason);
  return {
    send(message) {
      if (socket.readyState === WebSocket.OPEN) socket.send(message);
    },
    [Symbol.dispose]() {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close(1000);
    },
  };
}

/** The socket that the page opened while its script was still coming, once, if it is to the same address and lives. */
function takeEarly(address: URL): WebSocket | undefined {
  const { earlySocket } = globalThis;
  globalThis.earlySocket = undefined;
  if (earlySocket?.url === address.href && earlySocket.readyState <= WebSocket.OPEN) return earlySocket;
  earlySocket?.close(1000);
  return undefined;
}

/**
 * `GET /ws` of the desktop, below whatever prefix it is reached.
 *
 * @param desktop the desktop's address, ending in a slash, `http:` or `https:`
 * @param tokenInHello the token comes in the first message: cookies that the browser adds are not to be judged
 */
export function socketAddress(desktop: URL, tokenInHello: boolean): URL {
  const address = new URL(tokenInHello ? 'ws?auth=hello' : 'ws', desktop);
  address.protocol = desktop.protocol === 'https:' ? 'wss:' : 'ws:';
  return address;
}
