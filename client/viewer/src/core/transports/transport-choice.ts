import type { Transport } from '@deskside/protocol';
import { t, type WordKey } from '../../words/words.ts';
import type { Route } from './routes.ts';

/** What the person wants: `auto`, or one way and no other. */
export type TransportWish = 'auto' | Transport;

export interface Choice {
  transport: Transport;
  /** Why, for a person. */
  reason: string;
}

export interface Circumstances {
  /** What the person asked for, or who runs the desktop: then there is no choice. */
  wish: TransportWish;
  /** How WebRTC gets through. */
  route: Route;
  /** Whether this page can decode what comes over the WebSocket. */
  hasDecoder: boolean;
  current: Transport;
  /** Median round trips of both ways at the same time, ms; undefined: not measured. */
  roundTrips: Record<Transport, number> | undefined;
}

/** By this much a way has to be quicker to be worth a change, as a part and in ms: less is the jitter of an idle machine. */
const QUICKER_PART = 0.8;
const QUICKER_MS = 3;

/**
 * Which way pictures are to take now that WebRTC works over a route. UDP suffers least from loss, relayed or not. Over
 * TCP what is quicker is better, and where that is the same, the WebSocket, which needs the least.
 */
export function chooseTransport(circumstances: Circumstances): Choice {
  const { wish, route, hasDecoder, current, roundTrips } = circumstances;
  if (wish !== 'auto') return choice(wish, 'way.asked');
  if (route.protocol === 'udp') return choice('webrtc', 'way.udp');
  if (!hasDecoder) return choice('webrtc', 'way.no-decoder');
  if (!roundTrips) return choice(current, 'way.tcp-only');
  const other = current === 'webrtc' ? 'websocket' : 'webrtc';
  const isQuicker =
    roundTrips[other] < Math.min(roundTrips[current] * QUICKER_PART, roundTrips[current] - QUICKER_MS);
  const best = isQuicker ? other : current;
  return choice(best, best === 'webrtc' ? 'way.quicker' : 'way.tcp-only');
}

function choice(transport: Transport, reason: WordKey): Choice {
  return { transport, reason: t(reason) };
}

/** A route in words. */
export function describeRoute({ protocol, relayed }: Route): string {
  return t(relayed ? 'way.webrtc.relayed' : 'way.webrtc', { protocol: protocol.toUpperCase() });
}
