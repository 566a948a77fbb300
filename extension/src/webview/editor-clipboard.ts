import type { TextClipboard } from '@deskside/viewer/core';
import type { FromPage, ToPage } from '../panel/messages.ts';

/** How long the extension may take to answer, ms; over a remote connection it takes a round trip. */
const PATIENCE = 2000;

/** The editor's clipboard, which only the extension may use: webviews have none of their own in every host. */
export function editorClipboard(post: (message: FromPage) => void): TextClipboard {
  const waiting = new Set<(text: string) => void>();
  window.addEventListener('message', ({ data }: MessageEvent<ToPage>) => {
    if (data.type !== 'clipboard') return;
    for (const resolve of waiting) resolve(data.text);
    waiting.clear();
  });
  return {
    read() {
      return new Promise((resolve, reject) => {
        const give = (text: string): void => {
          clearTimeout(timer);
          resolve(text);
        };
        const timer = setTimeout(() => {
          waiting.delete(give);
          reject(new Error('The editor did not say what is on its clipboard.'));
        }, PATIENCE);
        waiting.add(give);
        post({ type: 'clipboard-read' });
      });
    },
    async write(text) {
      post({ type: 'clipboard-write', text });
    },
  };
}
