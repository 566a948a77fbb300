/**
 * Where a cookie may be used. A browser sends it by itself, with whatever page asked for the request: so the address
 * that was asked (Host, against DNS rebinding) and the page that asked (Origin, against other sites) are checked.
 */

export interface CookieUse {
  /** The request's Host header. */
  host: string;
  /** The host at which the cookie was given. */
  givenAt: string;
  /** The request's Origin header. */
  origin: string | undefined;
  /** Browsers send Origin with every WebSocket and with what is not GET or HEAD: there it must not be missing. */
  originRequired: boolean;
  /** Origins that the operator trusts (`--allowed-origins`), e.g. `https://desk.example.com`. */
  allowedOrigins: readonly string[];
}

/** What speaks against the use of a cookie, as a sentence; undefined if nothing does. */
export function objectionToCookie(use: CookieUse): string | undefined {
  return objectionToHost(use) ?? objectionToOrigin(use);
}

/** Whether a Host header names this very machine. */
export function isLoopback(host: string): boolean {
  const name = parse('http:', host)?.hostname ?? '';
  return /^(localhost|.+\.localhost|\[::1\]|127\.\d+\.\d+\.\d+)$/.test(name);
}

function objectionToHost({ host, givenAt, allowedOrigins }: CookieUse): string | undefined {
  if (isLoopback(host) || host.toLowerCase() === givenAt.toLowerCase()) return undefined;
  if (allowedOrigins.some((origin) => hasHost(origin, host))) return undefined;
  return `The address ${host} is not the one at which this browser signed in.`;
}

function objectionToOrigin({ host, origin, originRequired, allowedOrigins }: CookieUse): string | undefined {
  if (origin === undefined)
    return originRequired ? 'The request does not say which page sent it.' : undefined;
  if (allowedOrigins.includes(origin) || hasHost(origin, host)) return undefined;
  return `A page of ${origin} used the sign-in of ${host}.`;
}

/** Whether the origin is that of pages at this host; the scheme's default port may be left out in either. */
function hasHost(origin: string, host: string): boolean {
  const page = URL.parse(origin);
  return page !== null && page.host !== '' && parse(page.protocol, host)?.host === page.host;
}

function parse(protocol: string, host: string): URL | undefined {
  if (/[/?#@\\\s]/.test(host)) return undefined;
  return URL.parse(`${protocol}//${host}`) ?? undefined;
}
