import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backOff, retryAfter, retryDelay } from './retry.ts';

const answered = (method: string, status: number, headers: Record<string, string> = {}) => ({
  method,
  status,
  headers: new Headers(headers),
});

describe('whether to try again', () => {
  test.for([
    ['GET', 429, true],
    ['POST', 429, true],
    ['GET', 502, true],
    ['GET', 503, true],
    ['GET', 504, true],
    ['POST', 503, false],
    ['DELETE', 502, false],
    ['GET', 500, false],
    ['GET', 404, false],
    ['GET', 200, false],
  ] as const)('%s after %s: %s', ([method, status, again]) => {
    expect(retryDelay(answered(method, status), 1) !== undefined).toBe(again);
  });

  test('ends after four attempts', () => {
    expect([1, 2, 3, 4].map((attempt) => retryDelay(answered('GET', 503), attempt) !== undefined)).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });
});

describe('how long the server asks to wait', () => {
  test.for([
    ['seconds', { 'retry-after': '60' }, 60_000],
    ['nothing', {}, undefined],
    ['rubbish', { 'retry-after': 'soon' }, undefined],
    ['a date without one to count from', { 'retry-after': 'Fri, 31 Dec 1999 23:59:59 GMT' }, undefined],
    [
      'a date, whatever this clock says',
      { date: 'Fri, 31 Dec 1999 23:59:00 GMT', 'retry-after': 'Fri, 31 Dec 1999 23:59:59 GMT' },
      59_000,
    ],
    [
      'a date that is past',
      { date: 'Fri, 31 Dec 2049 23:59:59 GMT', 'retry-after': 'Fri, 31 Dec 2049 23:00:00 GMT' },
      0,
    ],
  ] as const)('%s', ([_, headers, wait]) => {
    expect(retryAfter(new Headers(headers as Record<string, string>))).toBe(wait);
  });

  test('is never negative nor no number, whatever it sends', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (value, date) => {
        const headers = { get: (name: string) => (name === 'date' ? date : value) };
        const wait = retryAfter(headers);
        expect(wait === undefined || wait >= 0).toBe(true);
      }),
    );
  });
});

test('the wait grows to a limit and never vanishes', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1e6 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (failures, chance) => {
        const wait = backOff(failures, () => chance);
        expect(wait).toBeGreaterThanOrEqual(125);
        expect(wait).toBeLessThanOrEqual(15_000);
        expect(backOff(failures + 1, () => chance)).toBeGreaterThanOrEqual(wait);
      },
    ),
  );
});
