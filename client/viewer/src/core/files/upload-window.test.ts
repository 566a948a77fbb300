import { describe, expect, it } from 'vitest';
import { UploadWindow } from './upload-window.ts';

interface Line {
  /** Bytes/ms. */
  rate: number;
  /** Both ways, ms. */
  delay: number;
  /** Bytes of others in the queue at this time, ms. */
  others?(time: number): number;
  /** What a busy machine adds to the way back, ms. */
  busy?(time: number): number;
}

/** An upload over a bottleneck, for so long: bytes that arrived, and the queue behind which a key waits, ms. */
function simulate({ rate, delay, others = () => 0, busy = () => 0 }: Line, duration: number) {
  const window = new UploadWindow();
  const underWay: { bytes: number; sentAt: number; backAt: number; before: number }[] = [];
  const queues: number[] = [];
  let free = 0;
  let arrived = 0;
  for (let now = 0; now < duration; now += 0.25) {
    while (underWay[0] && underWay[0].backAt <= now) {
      const { bytes, sentAt, before } = underWay.shift()!;
      arrived += bytes;
      window.arrived(bytes, now - sentAt, arrived - before, now);
    }
    let flying = underWay.reduce((sum, { bytes }) => sum + bytes, 0);
    while (flying + window.frame <= window.bytes) {
      free = Math.max(free, now) + window.frame / rate;
      const backAt = Math.max(free + others(now) / rate + delay + busy(now), underWay.at(-1)?.backAt ?? 0);
      underWay.push({ bytes: window.frame, sentAt: now, backAt, before: arrived });
      flying += window.frame;
    }
    queues.push(Math.max(0, free - now));
  }
  const settled = queues.slice(queues.length / 2).sort((a, b) => a - b);
  return { speed: arrived / duration, queue: settled[Math.floor(settled.length * 0.95)]! };
}

/** Bytes/ms. */
const MBIT = 125;

describe('an upload', () => {
  it.each([
    [6, 10],
    [20, 2],
    [20, 40],
    [100, 20],
    [1000, 1],
  ])('has most of a line of %i Mbit/s and %i ms, and leaves no long queue in it', (megabits, delay) => {
    const { speed, queue } = simulate({ rate: megabits * MBIT, delay }, 20_000);
    expect(speed).toBeGreaterThan(0.6 * megabits * MBIT);
    expect(queue).toBeLessThan(Math.max(25, (2 * 16_384) / (megabits * MBIT)));
  });

  it('makes way for others, and comes back', () => {
    const others = (time: number) => (time > 5000 && time < 15_000 ? 20 * MBIT * 100 : 0);
    const crowded = simulate({ rate: 20 * MBIT, delay: 20, others }, 15_000);
    const alone = simulate({ rate: 20 * MBIT, delay: 20 }, 15_000);
    expect(crowded.speed).toBeLessThan(0.6 * alone.speed);
    const later = simulate({ rate: 20 * MBIT, delay: 20, others }, 60_000);
    expect(later.speed).toBeGreaterThan(0.75 * alone.speed);
  });

  it('is not slowed by a machine that is busy now and then', () => {
    const busy = (time: number) => (Math.floor(time / 50) % 2 === 0 ? 0 : 60);
    const { speed } = simulate({ rate: 400 * MBIT, delay: 1, busy }, 10_000);
    expect(speed).toBeGreaterThan(40 * MBIT);
  });

  it('never stops, however long the way takes', () => {
    const window = new UploadWindow();
    for (let time = 0; time < 10_000; time += 100) window.arrived(4096, time, 4096, time);
    expect(window.bytes).toBeGreaterThanOrEqual(4 * window.frame);
  });
});
