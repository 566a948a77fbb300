import { expect, it } from 'vitest';
import { Takeovers } from './takeovers.ts';

const whole = { x: 0, y: 0, width: 100, height: 100 };

it('hands over when the frame is shown, and not before', () => {
  const takeovers = new Takeovers();
  takeovers.expect(5, [whole]);
  expect(takeovers.shown(4)).toEqual([]);
  expect(takeovers.shown(5)).toEqual([whole]);
  expect(takeovers.shown(6)).toEqual([]);
});

it('hands over for frames that were skipped as well', () => {
  const takeovers = new Takeovers();
  takeovers.expect(5, [whole]);
  takeovers.expect(6, [{ ...whole, x: 200 }]);
  expect(takeovers.shown(7)).toHaveLength(2);
});

it('leaves what was drawn after the frame', () => {
  const takeovers = new Takeovers();
  takeovers.expect(5, [whole]);
  takeovers.drawn({ x: 0, y: 0, width: 100, height: 60 });
  expect(takeovers.shown(5)).toEqual([{ x: 0, y: 60, width: 100, height: 40 }]);
});

it('takes what was drawn before a later frame', () => {
  const takeovers = new Takeovers();
  takeovers.expect(5, [whole]);
  takeovers.drawn(whole);
  takeovers.expect(6, [whole]);
  expect(takeovers.shown(6)).toEqual([whole]);
});

it('does not wait without end for frames that nobody shows', () => {
  const takeovers = new Takeovers();
  const carriedOut = Array.from({ length: 1000 }, (_, id) => takeovers.expect(id, [whole])).flat();
  expect(carriedOut.length).toBeGreaterThan(900);
});
