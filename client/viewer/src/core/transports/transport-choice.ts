import type { Transport } from '@deskside/protocol';
import { t, type WordKey } from '../../words/words.ts';
import type { RoundTrip } from './round-trips.ts';
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
  /** Of both ways at the same time; undefined: not measured. */
  roundTrips: Record<Transport, RoundTrip> | undefined;
}

/** By this much a way has to be quicker to be worth a change, as a part and in ms: less is the jitter of an idle machine. */
const QUICKER_PART = 0.8;
const QUICKER_MS = 3;

/** What takes longer, ms, leaves the machine: at best, since also within one a busy processor lets packets wait. */
const WITHIN_MACHINE_MS = 10;

/**
 * Which way pictures are to take now that WebRTC works over a route. UDP suffers least from loss, relayed or not. Over
 * TCP, and within one machine, where nothing gets lost, what is quicker is better, and where that is the same, the
 * WebSocket, which needs the least.
 */
export function chooseTransport(circumstances: Circumstances): Choice {
  const { wish, route, hasDecoder, current, roundTrips } = circumstances;
  if (wish !== 'auto') return choice(wish, 'way.asked');
  const isForwarded = roundTrips && roundTrips.webrtc.least > WITHIN_MACHINE_MS;
  if (!isContested(route) || (route.loopback && isForwarded)) return choice('webrtc', 'way.udp');
  if (!hasDecoder) return choice('webrtc', 'way.no-decoder');
  const tie = route.loopback ? 'way.within-machine' : 'way.tcp-only';
  if (!roundTrips) return choice(current, tie);
  const other = current === 'webrtc' ? 'websocket' : 'webrtc';
  const now = roundTrips[current].median;
  const isQuicker = roundTrips[other].median < Math.min(now * QUICKER_PART, now - QUICKER_MS);
  const best = isQuicker ? other : current;
  return choice(best, best === 'webrtc' ? 'way.quicker' : tie);
}

/** Whether round trips decide between a route of WebRTC and the WebSocket. */
export function isContested({ protocol, loopback }: Route): boolean {
  return protocol === 'tcp' || loopback;
}

function choice(transport: Transport, reason: WordKey): Choice {
  return { transport, reason: t(reason) };
}

/** A route in words. */
export function describeRoute({ protocol, relayed }: Pick<Route, 'protocol' | 'relayed'>): string {
  return t(relayed ? 'way.webrtc.relayed' : 'way.webrtc', { protocol: protocol.toUpperCase() });
}
