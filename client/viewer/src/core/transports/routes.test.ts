import { expect, it } from 'vitest';
import { triedRoutes } from './routes.ts';

/** A report of two candidates each and the pairs between them. */
function report(pairs: object[], transport: object[] = []): [string, unknown][] {
  const ends = [
    { id: 'host', protocol: 'udp', candidateType: 'host', address: '192.0.2.1' },
    { id: 'loopback', protocol: 'udp', candidateType: 'host', address: '127.0.0.1' },
    { id: 'tcp', protocol: 'tcp', candidateType: 'host', address: '127.0.0.1' },
    { id: 'relay', protocol: 'udp', candidateType: 'relay', relayProtocol: 'tls' },
  ];
  const all = [
    ...ends,
    ...pairs.map((pair, i) => ({ id: `pair${i}`, type: 'candidate-pair', ...pair })),
    ...transport,
  ];
  return all.map((one) => [(one as { id: string }).id, one]);
}

const pair = (local: string, remote: string, more: object) => ({
  localCandidateId: local,
  remoteCandidateId: remote,
  requestsSent: 3,
  ...more,
});

it('tells the route in use, and what became of others', () => {
  const stats = report(
    [
      pair('tcp', 'tcp', { state: 'succeeded', currentRoundTripTime: 0.02 }),
      pair('host', 'host', { state: 'succeeded', currentRoundTripTime: 0.004 }),
      pair('host', 'relay', { state: 'failed' }),
      pair('tcp', 'tcp', { state: 'waiting', requestsSent: 0 }),
    ],
    [{ id: 't', type: 'transport', selectedCandidatePairId: 'pair1' }],
  );
  expect(triedRoutes(stats)).toEqual([
    { protocol: 'udp', relayed: true, loopback: false, roundTrip: undefined, selected: false },
    { protocol: 'tcp', relayed: false, loopback: false, roundTrip: 20, selected: false },
    { protocol: 'udp', relayed: false, loopback: false, roundTrip: 4, selected: true },
  ]);
});

it('knows how the browser reaches its relay, and what is nominated where that is all that is told', () => {
  const stats = report([pair('relay', 'host', { state: 'succeeded', nominated: true })]);
  expect(triedRoutes(stats)).toEqual([
    { protocol: 'tcp', relayed: true, loopback: false, roundTrip: 0, selected: true },
  ]);
});

it.for([
  ['to a loopback address', 'host', 'loopback', true],
  ['to another address', 'loopback', 'host', false],
  ['of a tunnel', 'tcp', 'tcp', false],
  ['of a relay', 'relay', 'loopback', false],
] as const)('whether packets are datagrams to a loopback address: %s', ([, local, remote, loopback]) => {
  const [route] = triedRoutes(report([pair(local, remote, { state: 'succeeded', nominated: true })]));
  expect(route?.loopback).toBe(loopback);
});
