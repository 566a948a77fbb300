import { expect, it } from 'vitest';
import { chooseTransport, describeRoute } from './transport-choice.ts';

const udp = { protocol: 'udp', relayed: false } as const;
const tcp = { protocol: 'tcp', relayed: false } as const;
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
  ['a tie stays on the WebSocket', { roundTrips: { websocket: 20, webrtc: 20 } }, 'websocket'],
  ['a little quicker is a tie', { roundTrips: { websocket: 20, webrtc: 17 } }, 'websocket'],
  ['so are two very quick ones', { roundTrips: { websocket: 3, webrtc: 1 } }, 'websocket'],
  ['clearly quicker wins', { roundTrips: { websocket: 80, webrtc: 30 } }, 'webrtc'],
  ['a tie does not go back', { current: 'webrtc', roundTrips: { websocket: 28, webrtc: 30 } }, 'webrtc'],
  ['clearly slower goes back', { current: 'webrtc', roundTrips: { websocket: 30, webrtc: 80 } }, 'websocket'],
  ['a page that may not decode takes what it can get', { hasDecoder: false }, 'webrtc'],
  ['the person decides', { wish: 'websocket', route: udp }, 'websocket'],
  ['the person decides', { wish: 'webrtc' }, 'webrtc'],
] as const)('%s', ([, given, transport]) => {
  expect(chooseTransport({ ...at, ...given }).transport).toBe(transport);
});

it('a relay is told', () => {
  expect(describeRoute({ protocol: 'tcp', relayed: true })).toBe('WebRTC over TCP, relayed');
});
