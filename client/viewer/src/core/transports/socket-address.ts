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
