import { describe, expect, it } from 'vitest';
import { RestTime } from './rest-time.ts';

/** After a second of frames, of which one in so many came late. */
function after(fps: number, lateEvery = Number.POSITIVE_INFINITY): number {
  const rest = new RestTime();
  for (let frame = 0; frame < fps; frame++) {
    const late = frame % lateEvery === lateEvery - 1;
    rest.moved((frame * 1000) / fps + (late ? 10 : 0));
  }
  return rest.ms;
}

describe('RestTime', () => {
  it('is 150 ms for what never moved', () => {
    expect(new RestTime().ms).toBe(150);
  });

  it('is four frames of a film', () => {
    expect(after(60)).toBeCloseTo(67, 0);
    expect(after(60, 7)).toBeCloseTo(67, -1);
  });

  it('is never more than 150 ms nor less than 60', () => {
    for (const fps of [1, 5, 10, 24]) expect(after(fps)).toBe(150);
    for (const fps of [120, 240]) expect(after(fps)).toBe(60);
  });

  it('becomes longer again with what moves slowly', () => {
    const rest = new RestTime();
    for (let time = 0; time < 1000; time += 16) rest.moved(time);
    for (let time = 1000; time < 4000; time += 100) rest.moved(time);
    expect(rest.ms).toBeGreaterThan(145);
  });
});
