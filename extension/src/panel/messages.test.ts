import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseFromPage } from './messages.ts';

const TYPES = [
  'ready',
  'keyboard',
  'statistics',
  'connected',
  'disconnected',
  'socket-refused',
  'clipboard-write',
  'clipboard-read',
  'dropped',
  'save',
];

test('whatever a hostile page says is a message of the page or nothing', () => {
  const message = fc.oneof(
    fc.anything(),
    fc.record({
      type: fc.constantFrom(...TYPES),
      owner: fc.anything(),
      fps: fc.anything(),
      text: fc.anything(),
    }),
  );
  fc.assert(
    fc.property(message, (said) => {
      const parsed = parseFromPage(said);
      expect(parsed === undefined || TYPES.includes(parsed.type)).toBe(true);
    }),
  );
});

test('numbers and texts beyond their limits are refused', () => {
  expect(parseFromPage({ type: 'statistics', fps: 1e9, transport: 'x' })).toBeUndefined();
  expect(parseFromPage({ type: 'statistics', fps: Number.NaN, transport: 'x' })).toBeUndefined();
  expect(parseFromPage({ type: 'clipboard-write', text: 'x'.repeat(5 * 1024 * 1024) })).toBeUndefined();
  expect(parseFromPage({ type: 'keyboard', owner: 'everyone' })).toBeUndefined();
});

test('files that are to be saved have a name and nothing of a path', () => {
  const bytes = new Uint8Array(3);
  expect(parseFromPage({ type: 'save', name: 'a b.txt', bytes })).toEqual({
    type: 'save',
    name: 'a b.txt',
    bytes,
  });
  for (const name of ['', '../a', 'a/b', 'a\\b', 'a\0', 'x'.repeat(256)]) {
    expect(parseFromPage({ type: 'save', name, bytes })).toBeUndefined();
  }
  expect(parseFromPage({ type: 'save', name: 'a', bytes: 'text' })).toBeUndefined();
  expect(parseFromPage({ type: 'dropped', uris: Array(1001).fill('file:///x') })).toBeUndefined();
});

test('fields that do not belong to a message are dropped', () => {
  expect(parseFromPage({ type: 'ready', command: 'workbench.action.quit' })).toEqual({ type: 'ready' });
});
