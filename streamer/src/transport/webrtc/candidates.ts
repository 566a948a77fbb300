/** Which candidates suit a viewer: by the addresses of this machine, and by how the viewer reached it. */
import { isIP } from 'node:net';

export interface At {
  address: string;
  port: number;
}

export interface Reach {
  /** Addresses of this machine at which the ports listen. */
  addresses: readonly string[];
  tcpPort: number;
  /** Undefined: UDP cannot be had. */
  udpPort: number | undefined;
  /** Addresses at which a 1:1 NAT in front shows this machine (`--public-address`). */
  publicAddresses: readonly string[];
  /** Where a STUN server sees the UDP port. */
  mapped?: At | undefined;
  /** Where a relay takes datagrams for us. */
  relay?: At | undefined;
  /** Only the relay counts, if there is one (`--relay-only`). */
  relayOnly?: boolean;
  /** Host and port of the address in the viewer's browser. */
  page: { host: string; port: number };
}

/** ICE type preferences (RFC 8445 section 5.1.2.2), and TCP below all UDP (RFC 6544 section 4.2). */
const UDP_PREFERENCE = 126;
const TCP_PREFERENCE = 90;
const MAPPED_PREFERENCE = 100;
const RELAY_PREFERENCE = 0;

/** Of each protocol; more are not checked by browsers either: libwebrtc's check list holds about 100 pairs. */
const MAX_CANDIDATES = 24;

/**
 * Lines of SDP (`a=candidate:…`, RFC 8839 section 5.1), the best first. The way of the page itself comes first among
 * those of TCP: a forwarded port leads here and is known nowhere else.
 */
export function candidateLines(reach: Reach): string[] {
  const { addresses, tcpPort, udpPort, publicAddresses, mapped, relay, relayOnly, page } = reach;
  const here = [...new Set([...publicAddresses, ...addresses])];
  const tcp = unique([
    ...addressesOf(page.host).map((address) => ({ address, port: page.port })),
    ...here.map((address) => ({ address, port: tcpPort })),
  ]);
  const udp = udpPort === undefined ? [] : here.map((address) => ({ address, port: udpPort }));
  const isNew =
    mapped && !udp.some(({ address, port }) => address === mapped.address && port === mapped.port);
  const relayed = relay ? [line('udp', RELAY_PREFERENCE, 0, relay, 'relay')] : [];
  if (relayOnly && relay) return relayed;
  return [
    ...udp.map((at, index) => line('udp', UDP_PREFERENCE, index, at)).slice(0, MAX_CANDIDATES),
    ...(isNew ? [line('udp', MAPPED_PREFERENCE, 0, mapped, 'srflx')] : []),
    ...tcp.map((at, index) => line('tcp', TCP_PREFERENCE, index, at)).slice(0, MAX_CANDIDATES),
    ...relayed,
  ];
}

function line(
  protocol: 'udp' | 'tcp',
  typePreference: number,
  index: number,
  { address, port }: At,
  type: 'host' | 'srflx' | 'relay' = 'host',
): string {
  // RFC 8445 section 5.1.2.1; the component is RTP with everything bundled onto it.
  const priority = typePreference * 2 ** 24 + (65535 - index) * 2 ** 8 + 255;
  // RFC 8839 section 5.1 wants a related address of those that are not host candidates; it may be hidden.
  const related = type === 'host' ? '' : ' raddr 0.0.0.0 rport 0';
  const kind = `typ ${type}${related}${protocol === 'tcp' ? ' tcptype passive' : ''}`;
  const foundation = type === 'host' ? `${protocol}${index}` : type;
  return `a=candidate:${foundation} 1 ${protocol} ${priority} ${address} ${port} ${kind}`;
}

/**
 * Address and port of a candidate that a viewer names (RFC 8839 section 5.1); undefined if it is none over UDP with an
 * address: names ending in `.local` are known in the viewer's own network only (draft-ietf-mmusic-mdns-ice-candidates).
 */
export function readCandidate(candidate: string): At | undefined {
  const [, protocol, address = '', port] =
    /^(?:a=)?candidate:\S+ 1 (\w+) \d+ (\S+) (\d{1,5}) typ /i.exec(candidate) ?? [];
  if (protocol?.toLowerCase() !== 'udp' || isIP(address) === 0 || Number(port) > 65535 || Number(port) === 0)
    return undefined;
  return { address, port: Number(port) };
}

/**
 * Names stay names: browsers that resolve them do it where the viewer is, which is where it counts. A forwarded port is
 * most often at both loopback addresses, of which a browser without a network of IPv6 knows one.
 */
function addressesOf(host: string): string[] {
  const bare = host.replace(/^\[|\]$/g, '');
  if (/(^|\.)localhost$/i.test(bare)) return ['127.0.0.1', '::1'];
  return bare === '::1' ? ['::1', '127.0.0.1'] : [bare];
}

function unique(list: At[]): At[] {
  return list.filter(
    ({ address, port }, index) =>
      index === list.findIndex((other) => other.address === address && other.port === port),
  );
}
