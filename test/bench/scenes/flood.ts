import { drawCode } from '../time-code.ts';
import { CELL, endlessPage, PAPER } from './page-of-text.ts';
import type { Scene } from './scene.ts';

/** Lines a picture: two thousand a second, more than anybody reads. */
const STEP = 34 * CELL.height;
const CODE_AT = { x: 32, y: 32 };

/** A program writes as fast as it can into a terminal over the whole screen. */
export const flood: Scene = {
  name: 'flood',
  description: 'a terminal over the whole screen gets 34 lines a picture',
  probes: [{ name: 'flood', ...CODE_AT }],
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
