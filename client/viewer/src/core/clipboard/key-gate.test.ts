import type { ViewerMessage } from '@deskside/protocol';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { KeyGate } from './key-gate.ts';

let sent: string[];
let gate: KeyGate;

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  gate = new KeyGate((message) => sent.push((message as { code: string }).code));
});
afterEach(() => vi.useRealTimers());

function press(code: string): ViewerMessage {
  return { type: 'key', code, down: true };
}

it('keys wait in order for what is to reach the desktop before them', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  gate.send(press('ControlLeft'));
  const held = gate.holdUntil(promise);
  gate.send(press('KeyV'));
  gate.send(press('KeyX'));
  expect(sent).toEqual(['ControlLeft']);
  resolve();
  await held;
  gate.send(press('KeyY'));
  expect(sent).toEqual(['ControlLeft', 'KeyV', 'KeyX', 'KeyY']);
});

it('two pastes in a row keep their order', async () => {
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const both = [gate.holdUntil(first.promise), gate.holdUntil(second.promise)];
  gate.send(press('KeyV'));
  first.resolve();
  await both[0];
  expect(sent).toEqual([]);
  second.resolve();
  await both[1];
  expect(sent).toEqual(['KeyV']);
});

it.each([
  ['never comes', () => new Promise(() => {})],
  ['cannot be had', () => Promise.reject(new Error('denied'))],
])('keys do not wait for ever for what %s', async (_, event) => {
  const held = gate.holdUntil(event());
  gate.send(press('KeyV'));
  await vi.advanceTimersByTimeAsync(1000);
  await held;
  expect(sent).toEqual(['KeyV']);
});
