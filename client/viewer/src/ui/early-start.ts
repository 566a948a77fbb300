/**
 * Runs in the page itself: says hello and starts the decoder's thread while the page's scripts are still coming, which
 * take over what there is by then (core/early-start.ts).
 */
import { SUBPROTOCOL } from '@deskside/protocol/version';
import { withTrailingSlash } from '../core/desktop-address.ts';
import { hello } from '../core/hello.ts';
import { decodableCodecs } from '../core/media/codecs.ts';
import { socketAddress } from '../core/transports/socket-address.ts';
import { Visit } from '../core/visit.ts';

// Else ui/trailing-slash.js is about to open another address.
if (location.pathname.endsWith('/')) start();

function start(): void {
  const token = new URLSearchParams(location.search).get('token') || undefined;
  const desktop = withTrailingSlash(new URL(location.href));
  const socket = new WebSocket(socketAddress(desktop, token !== undefined), SUBPROTOCOL);
  socket.binaryType = 'arraybuffer';
  const messages: (string | ArrayBuffer)[] = [];
  socket.onmessage = ({ data }) => messages.push(data);
  const open = new Promise((resolve) => {
    socket.onopen = resolve;
  });
  const codecs = decodableCodecs();
  globalThis.earlyStart = { socket, messages, codecs, worker: new Worker('worker.js', { type: 'module' }) };
  const visit = new Visit(desktop).secret;
  openStorage();
  void Promise.all([codecs, open]).then(([codecs]) => {
    if (codecs.length > 0) socket.send(JSON.stringify(hello({ token, codecs, visit })));
    // There is nothing to ask for, and the page says so.
    else socket.close(1000);
  });
}

/**
 * Whoever reads it first waits until the browser's own process, which is busy with a new page, has answered twice:
 * better now, while nothing can be done before the scripts are there, than when they could show a picture.
 */
function openStorage(): void {
  try {
    void localStorage.length;
  } catch {
    // Pages may be refused their storage.
  }
}
