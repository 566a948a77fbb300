/** Addresses of STUN and TURN servers as operators write them. */

export interface TurnAddress {
  host: string;
  port: number;
  transport: 'udp' | 'tcp' | 'tls';
}

/** RFC 7065 section 3.1; undefined: not the URI of a TURN server. */
export function parseTurnUri(uri: string): TurnAddress | undefined {
  const match = /^(turns?):(\[[0-9a-f:.]+\]|[^:?[\]/\s]+)(?::(\d{1,5}))?(?:\?transport=(udp|tcp))?$/i.exec(
    uri,
  );
  if (!match) return undefined;
  const [, scheme, host, port, transport] = match;
  const isSecure = scheme!.toLowerCase() === 'turns';
  // DTLS (turns over UDP) is spoken by no browser.
  return {
    host: host!.replace(/^\[|\]$/g, ''),
    port: port === undefined ? (isSecure ? 5349 : 3478) : Number(port),
    transport: isSecure ? 'tls' : ((transport?.toLowerCase() as 'udp' | 'tcp' | undefined) ?? 'udp'),
  };
}

/** RFC 7064 section 3.1; undefined: not such a URI. */
export function parseStunUri(uri: string): { host: string; port: number } | undefined {
  const match = /^stun:(\[[0-9a-f:.]+\]|[^:?[\]/\s]+)(?::(\d{1,5}))?$/i.exec(uri);
  return match ? { host: match[1]!.replace(/^\[|\]$/g, ''), port: Number(match[2] ?? 3478) } : undefined;
}
