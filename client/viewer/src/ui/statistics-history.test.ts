import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Statistics } from '../core/index.ts';
import { StatisticsHistory } from './statistics-history.ts';

const statistics: Statistics = {
  fps: 60,
  latency: { p50: 10.5, p95: 20 },
  roundTrip: undefined,
  bitrate: 2500,
  way: {
    transport: 'websocket',
    name: 'WebSocket',
    reason: 'as asked for, and "quoted"',
    tried: [],
  },
  encoder: 'x264enc',
  codec: 'avc1.42E02A',
  width: 1920,
  height: 1080,
};

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

it('is saved as JSON, a row a second', () => {
  const history = new StatisticsHistory();
  history.add(statistics);
  history.add({ ...statistics, latency: undefined });
  const rows = JSON.parse(history.toJson());
  expect(rows).toHaveLength(2);
  expect(rows[0]).toMatchObject({ fps: 60, latency_p50_ms: 10.5, received_kbit_s: 2500, way: 'WebSocket' });
  expect(Date.parse(rows[0].time)).toBeCloseTo(Date.now(), -4);
  expect(rows[1]).not.toHaveProperty('latency_p50_ms');
});

it('is saved as CSV, whatever is in the texts', () => {
  const history = new StatisticsHistory();
  history.add(statistics);
  const [head, row, end] = history.toCsv().split('\r\n');
  expect(head!.split(',').slice(0, 3)).toEqual(['time', 'fps', 'latency_p50_ms']);
  expect(row).toMatch(
    /Z,60,10\.5,20,,2500,1920,1080,avc1\.42E02A,x264enc,WebSocket,"as asked for, and ""quoted"""$/,
  );
  expect(end).toBe('');
});

it('has a sample for each second in which nothing moved, and none for those in which nothing is known', () => {
  const history = new StatisticsHistory();
  const after = (seconds: number, measured: Partial<Statistics>): void => {
    vi.setSystemTime(Date.now() + seconds * 1000 + 20);
    history.add({ ...statistics, ...measured });
  };
  after(0, {});
  after(30, { fps: 0, bitrate: 0, roundTrip: 5 });
  after(5, { fps: 0, bitrate: 0, roundTrip: 6 });
  after(3, {});
  const told = history.samples.map(({ statistics }) => `${statistics.fps} ${statistics.roundTrip ?? ''}`);
  expect(told).toEqual(['60 ', '0 5', '0 5', '0 5', '0 5', '0 5', '0 6', '0 6', '0 6', '60 ']);
  const times = history.samples.map(({ time }) => time);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  after(3, { fps: 0, bitrate: 0 });
  after(3600, {});
  expect(history.samples).toHaveLength(600);
});

it('remembers ten minutes', () => {
  const history = new StatisticsHistory();
  for (let second = 0; second < 700; second++) history.add({ ...statistics, fps: second });
  expect(history.samples).toHaveLength(600);
  expect(history.samples[0]!.statistics.fps).toBe(100);
});
