/** Which candidates suit a viewer: by the addresses of this machine, and by how the viewer reached it. */
import { isIP } from 'node:net';

export interface Reach {
  /** Addresses of this machine at which the ports listen. */
  addresses: readonly string[];
  tcpPort: number;
  /** Undefined: UDP cannot be had. */
  udpPort: number | undefined;
  /** Addresses at which a 1:1 NAT in front shows this machine (`--public-address`). */
  publicAddresses: readonly string[];
  /** Host and port of the address in the viewer's browser. */
  page: { host: string; port: number };
}

/** ICE type preferences (RFC 8445 section 5.1.2.2), and TCP below all UDP (RFC 6544 section 4.2). */
const UDP_PREFERENCE = 126;
const TCP_PREFERENCE = 90;

/** More are not checked by browsers either: libwebrtc's check list holds about 100 pairs. */
const MAX_CANDIDATES = 24;

/**
 * Lines of SDP (`a=candidate:…`, RFC 8839 section 5.1), the best first. The way of the page itself comes first among
 * those of TCP: a forwarded port leads here and is known nowhere else.
 */
export function candidateLines({ addresses, tcpPort, udpPort, publicAddresses, page }: Reach): string[] {
  const here = [...new Set([...publicAddresses, ...addresses])];
  const tcp = unique([
    { address: addressOf(page.host), port: page.port },
    ...here.map((address) => ({ address, port: tcpPort })),
  ]);
  const udp = udpPort === undefined ? [] : here.map((address) => ({ address, port: udpPort }));
  return [
    ...udp.map((at, index) => line('udp', UDP_PREFERENCE, index, at)),
    ...tcp.map((at, index) => line('tcp', TCP_PREFERENCE, index, at)),
  ].slice(0, MAX_CANDIDATES);
}

interface At {
  address: string;
  port: number;
}

function line(protocol: 'udp' | 'tcp', typePreference: number, index: number, { address, port }: At): string {
  // RFC 8445 section 5.1.2.1; the component is RTP with everything bundled onto it.
  const priority = typePreference * 2 ** 24 + (65535 - index) * 2 ** 8 + 255;
  const kind = protocol === 'tcp' ? 'typ host tcptype passive' : 'typ host';
  return `a=candidate:${protocol}${index} 1 ${protocol} ${priority} ${address} ${port} ${kind}`;
}

/** Names stay names: browsers that resolve them do it where the viewer is, which is where it counts. */
function addressOf(host: string): string {
  const bare = host.replace(/^\[|\]$/g, '');
  if (isIP(bare)) return bare;
  return /(^|\.)localhost$/i.test(bare) ? '127.0.0.1' : bare;
}

function unique(list: At[]): At[] {
  return list.filter(
    ({ address, port }, index) =>
      index === list.findIndex((other) => other.address === address && other.port === port),
  );
}
