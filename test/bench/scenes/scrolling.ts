import { drawCode } from '../time-code.ts';
import { CELL, writeLines } from './page-of-text.ts';
import { SCREEN, type Scene } from './scene.ts';

const STEP = 8;
const PAPER = 0xfbfbf8;
const CODE_AT = { x: 32, y: 32 };

/** After this many rows the text repeats, a whole number of lines and of steps. */
const PERIOD = CELL.height * STEP * 20;

/** A window full of source code scrolls by 8 rows a picture, as under a turning wheel. */
export const scrolling: Scene = {
  name: 'scrolling',
  description: 'full-screen text scrolls by 8 rows a picture',
  probes: [{ name: 'scrolling', ...CODE_AT }],
  async prepare(x) {
    const page = x.createPixmap(SCREEN.width, PERIOD + SCREEN.height);
    x.fill(page, PAPER, { x: 0, y: 0, width: SCREEN.width, height: PERIOD + SCREEN.height });
    const columns = Math.floor(SCREEN.width / CELL.width) - 4;
    const text = { x: 12, columns, lines: PERIOD / CELL.height };
    writeLines(x, page, { ...text, y: 0 });
    writeLines(x, page, { ...text, y: PERIOD });
    const window = x.coverScreen(PAPER);
    const draw = (counter: number) => {
      x.copy(page, { x: 0, y: (counter * STEP) % PERIOD }, window, { x: 0, y: 0, ...SCREEN });
      drawCode(x, window, CODE_AT, counter);
    };
    draw(0);
    return draw;
  },
};
