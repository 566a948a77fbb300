import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ChunkSize } from './chunks.ts';
import { Speed } from './speed.ts';

const KB = 1024;
const MB = 1024 * KB;

it('pieces become as large as fits into a moment, step by step', () => {
  const chunk = new ChunkSize();
  const sizes: number[] = [];
  for (let i = 0; i < 5; i++) {
    sizes.push(chunk.bytes);
    // 100 MB/s
    chunk.arrived(chunk.bytes, chunk.bytes / 100_000);
  }
  expect(sizes).toEqual([MB, 4 * MB, 16 * MB, 16 * MB, 16 * MB]);
});

it('pieces become small on a slow way', () => {
  const chunk = new ChunkSize();
  // 100 kB/s
  chunk.arrived(chunk.bytes, chunk.bytes / 100);
  expect(chunk.bytes).toBe(150_000);
});

it('pieces have a size within the limits, whatever happens', () => {
  const events = fc.array(fc.oneof(fc.constant('lost' as const), fc.nat(100_000)));
  fc.assert(
    fc.property(events, (all) => {
      const chunk = new ChunkSize();
      for (const event of all) {
        if (event === 'lost') chunk.lost();
        else chunk.arrived(chunk.bytes, event);
        expect(chunk.bytes).toBeGreaterThanOrEqual(64 * KB);
        expect(chunk.bytes).toBeLessThanOrEqual(16 * MB);
      }
    }),
  );
});

it('speed is that of the last seconds', () => {
  const speed = new Speed();
  expect(speed.at(0)).toBe(0);
  for (let time = 0; time <= 10_000; time += 100)
    speed.add(time, time < 5000 ? time : 5000 + (time - 5000) * 3);
  expect(speed.at(10_000)).toBeCloseTo(3000, -2);
  speed.add(10_100, 0);
  expect(speed.at(10_100)).toBe(0);
});
