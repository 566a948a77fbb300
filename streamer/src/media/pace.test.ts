import { describe, expect, it } from 'vitest';
import { Pace } from './pace.ts';

/** When frames of what is drawn at these times are read, if nothing but the pace holds them up; ms. */
function readTimes(drawn: readonly number[], fps: number, busyUntil = Number.NEGATIVE_INFINITY): number[] {
  const pace = new Pace();
  return drawn.map((time) => {
    const read = Math.max(time, pace.dueAt, busyUntil);
    pace.sent(read, fps);
    return read;
  });
}

describe('Pace', () => {
  it('lets the first frame go at once', () => {
    expect(new Pace().dueAt).toBe(Number.NEGATIVE_INFINITY);
  });

  it('holds up nothing of a source at the frame rate', () => {
    const drawn = Array.from({ length: 60 }, (_, n) => n * (1000 / 60));
    expect(readTimes(drawn, 60)).toEqual(drawn);
  });

  it('lets what follows a late frame go when it is drawn', () => {
    const [late, next] = readTimes([0, 17], 60, 8);
    expect(late).toBe(8);
    expect(next).toBe(17);
  });

  it('gives a source that draws more often no more than its share', () => {
    const drawn = Array.from({ length: 4000 }, (_, n) => n / 4);
    const pace = new Pace();
    let frames = 0;
    for (const time of drawn) {
      if (time < pace.dueAt) continue;
      pace.sent(time, 30);
      frames++;
    }
    expect(frames).toBeGreaterThanOrEqual(30);
    expect(frames).toBeLessThanOrEqual(35);
  });

  it('owes nothing for a rest', () => {
    const pace = new Pace();
    pace.sent(0, 60);
    pace.sent(10_000, 60);
    expect(pace.dueAt).toBeGreaterThan(10_000);
  });
});
