import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { FromPage, ToPage } from '../panel/messages.ts';
import { editorClipboard } from './editor-clipboard.ts';

let said: FromPage[];
let clipboard: ReturnType<typeof editorClipboard>;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('window', new EventTarget());
  said = [];
  clipboard = editorClipboard((message) => said.push(message));
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

function answer(data: ToPage): void {
  window.dispatchEvent(new MessageEvent('message', { data }));
}

test('what is copied on the desktop goes to the editor', async () => {
  await clipboard.write('there');
  expect(said).toEqual([{ type: 'clipboard-write', text: 'there' }]);
});

test('what is copied in the editor is asked for, and other messages are no answer', async () => {
  const text = clipboard.read();
  expect(said).toEqual([{ type: 'clipboard-read' }]);
  answer({ type: 'release-keyboard' });
  answer({ type: 'clipboard', text: 'here' });
  expect(await text).toBe('here');
});

test('an editor that does not answer holds up nobody for ever', async () => {
  const text = clipboard.read();
  text.catch(() => {});
  await vi.runAllTimersAsync();
  await expect(text).rejects.toThrow('did not say');
});
