/** How packets of a peer connection travel (W3C WebRTC Statistics, RTCIceCandidatePairStats). */

export interface Route {
  protocol: 'udp' | 'tcp';
  /** By a TURN relay, of either side. */
  relayed: boolean;
  /** Datagrams to a loopback address: they stay within the machine, unless a program forwards them. */
  loopback: boolean;
}

/** What became of a candidate pair. */
export interface TriedRoute extends Route {
  /** ms; undefined: nothing came back. */
  roundTrip: number | undefined;
  /** Packets take it. */
  selected: boolean;
}

type Stats = Record<string, unknown>;

/** Each candidate pair that was tried, the quickest last. */
export function triedRoutes(stats: Iterable<readonly [string, unknown]>): TriedRoute[] {
  const byId = new Map(stats) as Map<unknown, Stats>;
  const all = [...byId.values()];
  const chosen = all.find(({ type }) => type === 'transport')?.selectedCandidatePairId;
  return all
    .filter(({ type, requestsSent }) => type === 'candidate-pair' && requestsSent)
    .map((pair) => {
      const [local, remote] = [byId.get(pair.localCandidateId), byId.get(pair.remoteCandidateId)];
      const works = pair.state === 'succeeded';
      // Between the browser and its relay, `protocol` says UDP in any case.
      const protocol = (local?.relayProtocol ?? local?.protocol) === 'udp' ? 'udp' : 'tcp';
      const relayed = [local, remote].some((end) => end?.candidateType === 'relay');
      return {
        protocol,
        relayed,
        loopback: protocol === 'udp' && !relayed && isLoopback(remote?.address),
        roundTrip: works ? Number(pair.currentRoundTripTime ?? 0) * 1000 : undefined,
        // Firefox has no stats of transports.
        selected: works && (chosen === undefined ? pair.nominated === true : pair.id === chosen),
      } satisfies TriedRoute;
    })
    .sort((a, b) => (b.roundTrip ?? Number.POSITIVE_INFINITY) - (a.roundTrip ?? Number.POSITIVE_INFINITY));
}

function isLoopback(address: unknown): boolean {
  return typeof address === 'string' && (address.startsWith('127.') || address === '::1');
}
