import { SUBPROTOCOL } from '@deskside/protocol';
import type { Transport, TransportEvents } from './transport.ts';

/**
 * The page's own WebSocket: the way that is always there.
 *
 * @param address as {@link socketAddress} gives it
 */
export function openWebSocket(address: URL, events: TransportEvents): Transport {
  const socket = new WebSocket(address, SUBPROTOCOL);
  socket.binaryType = 'arraybuffer';
  socket.onopen = () => events.onOpen();
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
