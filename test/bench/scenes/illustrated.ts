import { drawCode } from '../time-code.ts';
import { loadFilm } from './film.ts';
import { endlessPage, PAPER } from './page-of-text.ts';
import { SCREEN, type Scene } from './scene.ts';

const STEP = 8;
const FILM = { x: 1100, width: 480, height: 272 };
const CODE_AT = { x: 32, y: 32 };

/** A page scrolls, and in it a picture that moves. */
export const illustrated: Scene = {
  name: 'illustrated',
  description: 'full-screen text scrolls by 8 rows a picture, with a moving picture of 480x272 in it',
  probes: [{ name: 'illustrated', ...CODE_AT }],
  async prepare(x) {
    const film = await loadFilm(x, FILM.width, FILM.height);
    const show = endlessPage(x);
    const window = x.coverScreen(PAPER);
    const draw = (counter: number) => {
      show(window, counter * STEP);
      const y = SCREEN.height - ((counter * STEP) % (SCREEN.height + FILM.height));
      x.copy(film(counter), { x: 0, y: 0 }, window, { ...FILM, y });
      drawCode(x, window, CODE_AT, counter);
    };
    draw(0);
    return draw;
  },
};
