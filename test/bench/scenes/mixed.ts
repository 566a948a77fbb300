import { drawCode } from '../time-code.ts';
import { loadFilm } from './film.ts';
import type { Scene } from './scene.ts';
import { drawEditor, typeLetter } from './typing.ts';

const FILM = { x: 1200, y: 608, width: 640, height: 360 };
const TYPED_AT = { x: 32, y: 32 };
const FILMED_AT = { x: FILM.x + 16, y: FILM.y };

/** A small film beside the editor in which somebody types. */
export const mixed: Scene = {
  name: 'mixed',
  description: 'a film of 640x360 beside an editor in which a letter is typed with each picture',
  probes: [
    { name: 'mixed, typing', ...TYPED_AT },
    { name: 'mixed, film', ...FILMED_AT },
  ],
  async prepare(x) {
    const film = await loadFilm(x, FILM.width, FILM.height);
    const window = drawEditor(x);
    const draw = (counter: number) => {
      typeLetter(x, window, counter);
      drawCode(x, window, TYPED_AT, counter);
      x.copy(film(counter), { x: 0, y: 0 }, window, FILM);
      drawCode(x, window, FILMED_AT, counter);
    };
    draw(0);
    return draw;
  },
};
