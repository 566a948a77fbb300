import { drawCode } from '../time-code.ts';
import { endlessPage, PAPER } from './page-of-text.ts';
import type { Scene } from './scene.ts';

const STEP = 8;
const CODE_AT = { x: 32, y: 32 };

/** A window full of source code scrolls by 8 rows a picture, as under a turning wheel. */
export const scrolling: Scene = {
  name: 'scrolling',
  description: 'full-screen text scrolls by 8 rows a picture',
  probes: [{ name: 'scrolling', ...CODE_AT }],
  async prepare(x) {
    const show = endlessPage(x);
    const window = x.coverScreen(PAPER);
    const draw = (counter: number) => {
      show(window, counter * STEP);
      drawCode(x, window, CODE_AT, counter);
    };
    draw(0);
    return draw;
  },
};
