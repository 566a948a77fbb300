import { drawCode } from '../time-code.ts';
import type { Scene } from './scene.ts';
import { drawEditor } from './typing.ts';

const CODE_AT = { x: 32, y: 32 };

/** A viewer is connected and nothing moves. */
export const idle: Scene = {
  name: 'idle',
  description: 'connected, nothing moves',
  probes: [{ name: 'idle', ...CODE_AT }],
  async prepare(x) {
    drawCode(x, drawEditor(x), CODE_AT, 0);
    return undefined;
  },
};
