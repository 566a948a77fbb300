import type { Transport } from '@deskside/protocol';
import { t } from '../../words/words.ts';
import type { Route } from './webrtc.ts';

/** What the person wants: `auto`, or one way and no other. */
export type TransportWish = 'auto' | Transport;

export interface Choice {
  transport: Transport;
  /** Why, for a person. */
  reason: string;
}

/**
 * Which way pictures are to take now that WebRTC works over a route: UDP suffers least from loss. Over TCP it has
 * nothing that the WebSocket has not, which therefore stays, unless the browser cannot decode what comes over it.
 */
export function chooseTransport(wish: TransportWish, route: Route, hasDecoder: boolean): Choice {
  if (wish !== 'auto') return { transport: wish, reason: t('way.asked') };
  if (route.protocol === 'udp') return { transport: 'webrtc', reason: t('way.udp') };
  if (!hasDecoder) return { transport: 'webrtc', reason: t('way.no-decoder') };
  return { transport: 'websocket', reason: t('way.tcp-only') };
}

/** A route in words. */
export function describeRoute({ protocol, relayed }: Route): string {
  return t(relayed ? 'way.webrtc.relayed' : 'way.webrtc', { protocol: protocol.toUpperCase() });
}
