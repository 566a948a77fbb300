import { describe, expect, test } from 'vitest';
import { Exactness } from './exactness.ts';
import { nextToRefine, oldestLossy, RefinementBudget } from './refinement.ts';

const screen = { width: 200, height: 100 };
const whole = { x: 0, y: 0, ...screen };

describe('refinement', () => {
  test('begins with what changed last, and takes everything in the end', () => {
    const exactness = new Exactness(screen);
    exactness.sentVideo(whole, 1000);
    exactness.sentVideo({ x: 48, y: 32, width: 32, height: 16 }, 1100);
    expect(nextToRefine(exactness, 1100)).toMatchObject({ x: 48, y: 32 });
    for (let left = nextToRefine(exactness, 1100); left; left = nextToRefine(exactness, 1100)) {
      exactness.sentExact(left);
    }
    expect(exactness.lossyCount).toBe(0);
    expect(exactness.anyLossy(whole)).toBe(false);
    expect(oldestLossy(exactness)).toBe(Number.POSITIVE_INFINITY);
  });

  test('takes no more cells than it is told', () => {
    const exactness = new Exactness(screen);
    exactness.sentVideo(whole, 1000);
    expect(nextToRefine(exactness, 1000, { columns: 4, rows: 1 })).toMatchObject({ width: 64, height: 16 });
  });

  test('leaves alone what moves', () => {
    const exactness = new Exactness(screen);
    exactness.sentExact(whole);
    exactness.sentVideo({ x: 0, y: 0, width: 16, height: 16 }, 1000);
    expect(oldestLossy(exactness)).toBe(1000);
    expect(nextToRefine(exactness, 999)).toBeUndefined();
    expect(nextToRefine(exactness, 1000)).toEqual({ x: 0, y: 0, width: 16, height: 16 });
  });

  test('takes no more of the link than sixteen times the video, in bursts of 50 ms', () => {
    const budget = new RefinementBudget(8000);
    budget.spend(0, 1000);
    expect(budget.availableAt).toBeLessThanOrEqual(1000);
    let sent = 0;
    for (let now = 1000; now < 2000; now++) {
      if (budget.availableAt > now) continue;
      budget.spend(16_384, now);
      sent += 16_384;
    }
    // 1 KB a ms, sixteen times, for a second, and one burst.
    expect(sent).toBeGreaterThan(15_900_000);
    expect(sent).toBeLessThan(16_100_000);
  });
});
