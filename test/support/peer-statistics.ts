import type { Page } from 'playwright-core';

/** What a browser says of its newest peer connection (W3C WebRTC Statistics). */
export interface PeerStatistics {
  protocol: string;
  /** Where its packets go. */
  port: number;
  candidateType: string;
  remoteCandidateType: string;
  /** To the relay, if there is one. */
  relayProtocol: string | undefined;
  framesDecoded: number;
  packetsReceived: number;
}

interface Watched {
  peers: RTCPeerConnection[];
}

/** Keeps each peer connection of the page within reach of {@link peerStatistics}. Before the page is opened. */
export async function watchPeers(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const peers: RTCPeerConnection[] = [];
    Object.assign(window, { peers });
    window.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        peers.push(this);
      }
    };
  });
}

/** Undefined while there is no connection whose packets get through. */
export async function peerStatistics(page: Page): Promise<PeerStatistics | undefined> {
  return await page.evaluate(async () => {
    const report = await (window as unknown as Watched).peers.at(-1)?.getStats();
    const all = [...(report?.values() ?? [])];
    const selected = all.find(({ type }) => type === 'transport')?.selectedCandidatePairId;
    const pair = all.find(({ id }) => id === selected);
    const local = all.find(({ id }) => id === pair?.localCandidateId);
    const remote = all.find(({ id }) => id === pair?.remoteCandidateId);
    if (!local || !remote) return undefined;
    const video = all.find(({ type, kind }) => type === 'inbound-rtp' && kind === 'video');
    return {
      protocol: local.protocol,
      port: remote.port,
      candidateType: local.candidateType,
      remoteCandidateType: remote.candidateType,
      relayProtocol: local.relayProtocol,
      framesDecoded: video?.framesDecoded ?? 0,
      packetsReceived: video?.packetsReceived ?? 0,
    };
  });
}
