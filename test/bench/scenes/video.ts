import { drawCode } from '../time-code.ts';
import { loadFilm } from './film.ts';
import { SCREEN, type Scene } from './scene.ts';

const CODE_AT = { x: 32, y: 32 };

/** A film over the whole screen. */
export const video: Scene = {
  name: 'video',
  description: 'a film with pans, zooms, flying objects and grain over the whole screen',
  probes: [{ name: 'video', ...CODE_AT }],
  async prepare(x) {
    const film = await loadFilm(x, SCREEN.width, SCREEN.height);
    const window = x.coverScreen();
    const draw = (counter: number) => {
      x.copy(film(counter), { x: 0, y: 0 }, window, { x: 0, y: 0, ...SCREEN });
      drawCode(x, window, CODE_AT, counter);
    };
    draw(0);
    return draw;
  },
};
