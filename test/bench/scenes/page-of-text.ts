import type { Rectangle, XClient } from '../../support/x-client.ts';
import { SCREEN } from './scene.ts';

/** Cell of the server's own font, device pixels. */
export const CELL = { width: 6, height: 13 };

const WORDS =
  'const let function return if else for while switch case break import export from async await new this class extends ' +
  'typeof void null true false number string boolean Map Set Promise screen frame pixel damage region encoder decoder ' +
  'socket stream viewer session display pointer keyboard clipboard window desktop';

const INK = 0x202428;

export const PAPER = 0xfbfbf8;

/** After this many rows an endless page repeats: whole lines, and whole steps of 8 rows. */
const PERIOD = CELL.height * 8 * 20;

/** A page of text without end, as wide as where it is shown. @returns shows it in a window, from a row on */
export function endlessPage(
  x: XClient,
  area: Rectangle = { x: 0, y: 0, ...SCREEN },
): (window: number, row: number) => void {
  const page = x.createPixmap(area.width, PERIOD + area.height);
  x.fill(page, PAPER, { x: 0, y: 0, width: area.width, height: PERIOD + area.height });
  const columns = Math.floor(area.width / CELL.width) - 4;
  const text = { x: 12, columns, lines: PERIOD / CELL.height };
  writeLines(x, page, { ...text, y: 0 });
  writeLines(x, page, { ...text, y: PERIOD });
  return (window, row) => x.copy(page, { x: 0, y: row % PERIOD }, window, area);
}

/** Writes lines of made-up source code; the same seed gives the same lines. */
export function writeLines(
  x: XClient,
  drawable: number,
  area: { x: number; y: number; columns: number; lines: number },
  seed = 1,
): void {
  const random = generator(seed);
  for (let line = 0; line < area.lines; line++) {
    const text = sourceLine(random, area.columns);
    if (text) x.text(drawable, INK, area.x, area.y + line * CELL.height + 10, text);
  }
}

/** Some of the time an empty line, as between functions. */
function sourceLine(random: (below: number) => number, columns: number): string {
  if (random(8) === 0) return '';
  const words = WORDS.split(' ');
  const length = random(Math.floor(columns * 0.9));
  let text = ' '.repeat(random(6) * 2);
  while (text.length < length) text += `${words[random(words.length)]}${' .,;(){}=+'[random(10)]} `;
  return text.slice(0, columns);
}

/** The generator of Park and Miller: whole numbers from 0 to below the limit. */
export function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48271) % 0x7fffffff;
    return state % below;
  };
}
