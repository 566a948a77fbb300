// The way to the desktop is opened while the page's script is still coming; core/transports/websocket.ts takes it over.
if (location.pathname.endsWith('/')) {
  const hasToken = new URLSearchParams(location.search).get('token');
  const address = new URL(hasToken ? 'ws?auth=hello' : 'ws', location.href);
  address.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
  globalThis.earlySocket = new WebSocket(address, 'deskside.v1');
}
