import { expect, it } from 'vitest';
import { candidateLines } from './candidates.ts';

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
