import fc from 'fast-check';
import { expect, it } from 'vitest';
import { candidateLines, readCandidate } from './candidates.ts';

const reach = {
  addresses: ['10.0.0.5', 'fd00::5'],
  tcpPort: 6080,
  udpPort: 6080,
  publicAddresses: [],
  page: { host: 'localhost', port: 7000 },
};

/** Protocol, address and port of each line, the best first. */
const summary = (lines: string[]) =>
  lines.map((line) =>
    line
      .split(' ')
      .filter((_, i) => [2, 4, 5].includes(i))
      .join(' '),
  );

it('are the ports of this machine, and over TCP the way that the page came', () => {
  expect(summary(candidateLines(reach))).toEqual([
    'udp 10.0.0.5 6080',
    'udp fd00::5 6080',
    'tcp 127.0.0.1 7000',
    'tcp ::1 7000',
    'tcp 10.0.0.5 6080',
    'tcp fd00::5 6080',
  ]);
});

it('have no UDP where there is none', () => {
  const lines = candidateLines({ ...reach, udpPort: undefined });
  expect(lines.every((line) => line.includes(' tcp ') && line.endsWith('tcptype passive'))).toBe(true);
});

it('begin with the address of a NAT in front', () => {
  const lines = candidateLines({ ...reach, publicAddresses: ['203.0.113.1'] });
  expect(summary(lines)[0]).toBe('udp 203.0.113.1 6080');
});

it('name each way once', () => {
  const lines = candidateLines({ ...reach, page: { host: '[fd00::5]', port: 6080 } });
  expect(new Set(summary(lines)).size).toBe(lines.length);
});

it('fall in priority, all of UDP above TCP', () => {
  const priorities = candidateLines(reach).map((line) => Number(line.split(' ')[3]));
  expect(priorities).toEqual(priorities.toSorted((a, b) => b - a));
  expect(Math.max(...priorities)).toBeLessThan(2 ** 31);
});

it('name where a STUN server sees this machine, unless that is known already, and a relay last', () => {
  const mapped = { address: '203.0.113.1', port: 50_000 };
  const relay = { address: '203.0.113.9', port: 60_000 };
  const lines = candidateLines({ ...reach, mapped, relay });
  expect(summary(lines)).toContain('udp 203.0.113.1 50000');
  expect(lines.at(-1)).toMatch(/203\.0\.113\.9 60000 typ relay raddr/);
  const known = candidateLines({ ...reach, mapped: { address: '10.0.0.5', port: 6080 } });
  expect(summary(known)).toEqual(summary(candidateLines(reach)));
});

it('are the relay and nothing else if only relayed paths are wanted, where there is one', () => {
  const relay = { address: '203.0.113.9', port: 60_000 };
  expect(summary(candidateLines({ ...reach, relay, relayOnly: true }))).toEqual(['udp 203.0.113.9 60000']);
  expect(candidateLines({ ...reach, relayOnly: true })).toEqual(candidateLines(reach));
});

it.each([
  ['candidate:1 1 udp 2113937151 192.0.2.7 5000 typ host generation 0', '192.0.2.7'],
  ['candidate:1 1 UDP 1 2001:db8::7 5000 typ srflx raddr 0.0.0.0 rport 0', '2001:db8::7'],
  ['candidate:1 1 udp 1 3b1a-77.local 5000 typ host', undefined],
  ['candidate:1 1 tcp 1 192.0.2.7 9 typ host tcptype active', undefined],
  ['candidate:1 1 udp 1 192.0.2.7 70000 typ host', undefined],
  ['rubbish', undefined],
])('of a viewer count if they tell an address: %s', (candidate, address) => {
  expect(readCandidate(candidate)?.address).toBe(address);
});

it('of a viewer are read or ignored, whatever they are', () => {
  fc.assert(fc.property(fc.string(), (text) => void readCandidate(text)));
});
