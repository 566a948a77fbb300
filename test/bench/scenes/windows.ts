import { drawCode } from '../time-code.ts';
import { loadFilm } from './film.ts';
import { endlessPage } from './page-of-text.ts';
import type { Scene } from './scene.ts';
import { drawEditor } from './typing.ts';

const WINDOW = { x: 1200, y: 608, width: 640, height: 360 };
/** Aside, so that the code stays within the window. */
const CODE_AT = { x: WINDOW.x + 16, y: WINDOW.y };
const STEP = 8;

/** A video player while everybody only looks. */
export const filmWindow: Scene = {
  name: 'film-window',
  description: 'a film of 640x360 in a desktop that is still',
  probes: [{ name: 'film-window', ...CODE_AT }],
  async prepare(x) {
    const film = await loadFilm(x, WINDOW.width, WINDOW.height);
    const desktop = drawEditor(x);
    const draw = (counter: number) => {
      x.copy(film(counter), { x: 0, y: 0 }, desktop, WINDOW);
      drawCode(x, desktop, CODE_AT, counter);
    };
    draw(0);
    return draw;
  },
};

/** A terminal in which a program goes on writing. */
export const terminalWindow: Scene = {
  name: 'terminal-window',
  description: 'a terminal of 640x360 scrolls by 8 rows a picture in a desktop that is still',
  probes: [{ name: 'terminal-window', ...CODE_AT }],
  async prepare(x) {
    const show = endlessPage(x, WINDOW);
    const desktop = drawEditor(x);
    const draw = (counter: number) => {
      show(desktop, counter * STEP);
      drawCode(x, desktop, CODE_AT, counter);
    };
    draw(0);
    return draw;
  },
};
