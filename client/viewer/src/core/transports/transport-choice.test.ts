import { expect, it } from 'vitest';
import { chooseTransport, describeRoute } from './transport-choice.ts';

const udp = { protocol: 'udp', relayed: false } as const;
const tcp = { protocol: 'tcp', relayed: false } as const;

it.for([
  ['UDP is better than any TCP', 'auto', udp, true, 'webrtc'],
  ['a tie stays on the WebSocket', 'auto', tcp, true, 'websocket'],
  ['a page that may not decode takes what it can get', 'auto', tcp, false, 'webrtc'],
  ['the person decides', 'websocket', udp, true, 'websocket'],
  ['the person decides', 'webrtc', tcp, true, 'webrtc'],
] as const)('%s', ([, wish, route, hasDecoder, transport]) => {
  expect(chooseTransport(wish, route, hasDecoder).transport).toBe(transport);
});

it('a relay is told', () => {
  expect(describeRoute({ protocol: 'tcp', relayed: true })).toBe('WebRTC over TCP, relayed');
});
