import { expect, it } from 'vitest';
import { ClockOffset } from './clock.ts';

it('knows nothing before the first answer', () => {
  expect(new ClockOffset().offset).toBeUndefined();
});

it('believes the quickest answer: a delay on one way only shifts the others', () => {
  const clock = new ClockOffset();
  clock.add(1000, 1400, 6390);
  clock.add(2000, 2010, 7005);
  clock.add(3000, 3500, 8010);
  expect(clock.offset).toBe(5000);
  expect(clock.roundTrip).toBe(10);
});

it('forgets, so that it follows clocks that drift apart', () => {
  const clock = new ClockOffset();
  clock.add(0, 1, 5000);
  for (let second = 1; second <= 12; second++)
    clock.add(second * 1000, second * 1000 + 20, second * 1000 + 9010);
  expect(clock.offset).toBe(9000);
});
