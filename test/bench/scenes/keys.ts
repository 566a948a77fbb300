import { COUNTERS, drawCode } from '../time-code.ts';
import type { Scene } from './scene.ts';
import { drawEditor, typeLetter } from './typing.ts';

const CODE_AT = { x: 32, y: 32 };

/** An editor that draws the next letter when a key is pressed, and not before. */
export const keys: Scene = {
  name: 'keys',
  description: 'an editor that answers each key with a letter',
  probes: [{ name: 'keys', ...CODE_AT }],
  async prepare(x) {
    const window = drawEditor(x);
    let counter = 0;
    drawCode(x, window, CODE_AT, counter);
    x.removeAllListeners('key').on('key', () => {
      counter = (counter + 1) % COUNTERS;
      typeLetter(x, window, counter);
      drawCode(x, window, CODE_AT, counter);
    });
    return undefined;
  },
};
