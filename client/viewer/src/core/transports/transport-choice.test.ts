import type { Transport } from '@deskside/protocol';
import { expect, it } from 'vitest';
import type { RoundTrip } from './round-trips.ts';
import { chooseTransport, describeRoute } from './transport-choice.ts';

const udp = { protocol: 'udp', relayed: false, loopback: false } as const;
const tcp = { protocol: 'tcp', relayed: false, loopback: false } as const;
const loopback = { protocol: 'udp', relayed: false, loopback: true } as const;

/** ms */
function medians(websocket: number, webrtc: number): Record<Transport, RoundTrip> {
  return { websocket: { median: websocket, least: 1 }, webrtc: { median: webrtc, least: 1 } };
}

const at = {
  wish: 'auto',
  route: tcp,
  hasDecoder: true,
  current: 'websocket',
  roundTrips: undefined,
} as const;

it.for([
  ['UDP is better than any TCP', { route: udp }, 'webrtc'],
  ['nothing is known yet', {}, 'websocket'],
  ['a tie stays on the WebSocket', { roundTrips: medians(20, 20) }, 'websocket'],
  ['a little quicker is a tie', { roundTrips: medians(20, 17) }, 'websocket'],
  ['so are two very quick ones', { roundTrips: medians(3, 1) }, 'websocket'],
  ['clearly quicker wins', { roundTrips: medians(80, 30) }, 'webrtc'],
  ['a tie does not go back', { current: 'webrtc', roundTrips: medians(28, 30) }, 'webrtc'],
  ['clearly slower goes back', { current: 'webrtc', roundTrips: medians(30, 80) }, 'websocket'],
  ['within a machine nothing is known yet', { route: loopback }, 'websocket'],
  ['there a tie stays', { route: loopback, roundTrips: medians(2, 1) }, 'websocket'],
  ['there, too, clearly quicker wins', { route: loopback, roundTrips: medians(9, 2) }, 'webrtc'],
  [
    'what takes that long at best was forwarded to another machine',
    {
      route: loopback,
      roundTrips: { websocket: { median: 30, least: 20 }, webrtc: { median: 30, least: 20 } },
    },
    'webrtc',
  ],
  ['a page within a machine may be unable to decode', { route: loopback, hasDecoder: false }, 'webrtc'],
  ['a page that may not decode takes what it can get', { hasDecoder: false }, 'webrtc'],
  ['the person decides', { wish: 'websocket', route: udp }, 'websocket'],
  ['the person decides', { wish: 'webrtc' }, 'webrtc'],
] as const)('%s', ([, given, transport]) => {
  expect(chooseTransport({ ...at, ...given }).transport).toBe(transport);
});

it('a relay is told', () => {
  expect(describeRoute({ protocol: 'tcp', relayed: true })).toBe('WebRTC over TCP, relayed');
});
