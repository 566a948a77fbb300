import { expect, it } from 'vitest';
import { reconnectDelay } from './reconnect-policy.ts';

it.for([
  [0, 125, 250],
  [1, 250, 500],
  [3, 1000, 2000],
  [5, 4000, 8000],
  [50, 4000, 8000],
  [5000, 4000, 8000],
] as const)('after %i failures it waits between %i and %i ms', ([failures, least, most]) => {
  expect(reconnectDelay(failures, 0)).toBe(least);
  expect(reconnectDelay(failures, 1)).toBe(most);
});
