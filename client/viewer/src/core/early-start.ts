/**
 * What ui/early-start.ts began while the page's scripts were still coming, so that the first picture is on its way
 * before anybody can show it. Each part is taken over once.
 */
export interface EarlyStart {
  /** The way to the desktop; hello is said on it as soon as it is open. */
  socket?: WebSocket | undefined;
  /** What came on it until now. */
  readonly messages: (string | ArrayBuffer)[];
  /** What this browser decodes. */
  readonly codecs: Promise<string[]>;
  /** The decoder's, which takes a while to begin. */
  worker?: Worker | undefined;
}

declare global {
  var earlyStart: EarlyStart | undefined;
}

/** The socket and what it brought, if it is to this address and lives; whoever takes it has to listen at once. */
export function takeEarlySocket(
  address: URL,
): { socket: WebSocket; messages: EarlyStart['messages'] } | undefined {
  const { earlyStart } = globalThis;
  const socket = earlyStart?.socket;
  if (!earlyStart || !socket) return undefined;
  earlyStart.socket = undefined;
  if (socket.url === address.href && socket.readyState <= WebSocket.OPEN)
    return { socket, messages: earlyStart.messages };
  socket.close(1000);
  return undefined;
}

export function takeEarlyWorker(): Worker | undefined {
  const { earlyStart } = globalThis;
  const worker = earlyStart?.worker;
  if (earlyStart) earlyStart.worker = undefined;
  return worker;
}
