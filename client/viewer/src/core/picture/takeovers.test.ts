import { expect, it } from 'vitest';
import { Takeovers } from './takeovers.ts';

const whole = { x: 0, y: 0, width: 100, height: 100 };

it('hands over when the frame is shown, and not before', () => {
  const takeovers = new Takeovers();
  takeovers.expect(5, 'screen', [whole]);
  expect(takeovers.shown(4, 'screen')).toEqual([]);
  expect(takeovers.shown(5, 'screen')).toEqual([whole]);
  expect(takeovers.shown(6, 'screen')).toEqual([]);
});

it('hands over for frames that were skipped as well', () => {
  const takeovers = new Takeovers();
  takeovers.expect(5, 'screen', [whole]);
  takeovers.expect(6, 'screen', [{ ...whole, x: 200 }]);
  expect(takeovers.shown(7, 'screen')).toHaveLength(2);
});

it('leaves what was drawn after the frame', () => {
  const takeovers = new Takeovers();
  takeovers.expect(5, 'screen', [whole]);
  takeovers.drawn({ x: 0, y: 0, width: 100, height: 60 });
  expect(takeovers.shown(5, 'screen')).toEqual([{ x: 0, y: 60, width: 100, height: 40 }]);
});

it('takes what was drawn before a later frame', () => {
  const takeovers = new Takeovers();
  takeovers.expect(5, 'screen', [whole]);
  takeovers.drawn(whole);
  takeovers.expect(6, 'screen', [whole]);
  expect(takeovers.shown(6, 'screen')).toEqual([whole]);
});

it('does not wait without end for frames that nobody shows', () => {
  const takeovers = new Takeovers();
  const carriedOut = Array.from({ length: 1000 }, (_, id) => takeovers.expect(id, 'screen', [whole])).flat();
  expect(carriedOut.length).toBeGreaterThan(900);
});

it('lets frames of an area hand over what they own, and not what a frame of the screen will', () => {
  const takeovers = new Takeovers();
  takeovers.expect(5, 'screen', [whole]);
  takeovers.expect(6, 'area', [{ ...whole, x: 200 }]);
  expect(takeovers.shown(6, 'area')).toEqual([{ ...whole, x: 200 }]);
  expect(takeovers.shown(5, 'screen')).toEqual([whole]);
});

it('hands over what an area would have shown with the frame of the screen that ends it', () => {
  const takeovers = new Takeovers();
  takeovers.expect(5, 'area', [whole]);
  expect(takeovers.shown(6, 'screen')).toEqual([whole]);
});
