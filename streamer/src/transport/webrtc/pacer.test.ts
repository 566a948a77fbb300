import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Pacer } from './pacer.ts';

/** A packet's bytes, and kbit/s at which 2.5 times as many pass in a ms. */
const PACKET = 1250;
const PACE = 4000;

let pace: number | undefined;
let sent: { packet: number; time: number }[];
let pacer: Pacer;

beforeEach(() => {
  vi.useFakeTimers();
  pace = PACE;
  sent = [];
  pacer = new Pacer(() => pace);
});
afterEach(() => void vi.useRealTimers());

function send(...packets: number[]): void {
  const start = performance.now();
  for (const packet of packets)
    pacer.send(PACKET, () => sent.push({ packet, time: performance.now() - start }));
}

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

it('lets all leave at once where no bottleneck is known', () => {
  pace = undefined;
  send(...upTo(100));
  expect(sent.length).toBe(100);
});

it('lets a frame leave in groups of 5 ms, in order, at 2.5 times the rate', () => {
  send(...upTo(40));
  expect(sent.length).toBe(6);
  vi.advanceTimersByTime(1000);
  expect(sent.map(({ packet }) => packet)).toEqual(upTo(40));
  // One packet a ms, of which those of the first five leave at once.
  for (const { packet, time } of sent) expect(Math.abs(time - Math.max(0, packet - 5))).toBeLessThan(2);
});

it('lets a small frame leave at once', () => {
  send(1, 2, 3);
  expect(sent.length).toBe(3);
});

it('keeps no packet much longer than 200 ms, however large a frame is', () => {
  pace = 100;
  send(...upTo(200));
  vi.advanceTimersByTime(1000);
  expect(sent.length).toBe(200);
  expect(sent.at(-1)!.time).toBeLessThan(250);
});

it('lets what is sent again pass by, and has the others wait for it', () => {
  send(...upTo(10));
  let again = false;
  pacer.sendFirst(PACKET, () => {
    again = true;
  });
  expect([again, sent.length]).toEqual([true, 6]);
  vi.advanceTimersByTime(2);
  expect(sent.length).toBe(7);
  vi.advanceTimersByTime(10);
  expect(sent.length).toBe(10);
});

it('is not held up for long by however much is sent again', () => {
  pace = 100;
  for (let i = 0; i < 1000; i++) pacer.sendFirst(PACKET, () => {});
  send(1);
  vi.advanceTimersByTime(200);
  expect(sent.length).toBe(1);
});

it('sends nothing any more once it is disposed of', () => {
  send(...upTo(40));
  pacer[Symbol.dispose]();
  vi.advanceTimersByTime(1000);
  expect(sent.length).toBe(6);
});
