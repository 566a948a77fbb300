import type { XClient } from '../../support/x-client.ts';
import { drawCode } from '../time-code.ts';
import { CELL, writeLines } from './page-of-text.ts';
import { SCREEN, type Scene, type ScreenSize } from './scene.ts';

const PAPER = 0xfbfbf8;
const INK = 0x202428;
const CARET = 0x2060ff;
const CODE_AT = { x: 32, y: 32 };
const LINE = { x: 120, y: 520, columns: 100 };

/** An editor in which a letter is typed with each picture: a cell of text and the caret change. */
export const typing: Scene = typingOn('typing', SCREEN);

export const typing4k: Scene = typingOn('typing-4k', { width: 3840, height: 2160 });

function typingOn(name: string, screen: ScreenSize): Scene {
  return {
    name,
    description: 'one letter a picture in a window full of text',
    probes: [{ name, ...CODE_AT }],
    screen,
    async prepare(x) {
      const window = drawEditor(x, screen);
      const draw = (counter: number) => {
        typeLetter(x, window, counter);
        drawCode(x, window, CODE_AT, counter);
      };
      draw(0);
      return draw;
    },
  };
}

/** The window of an editor over the whole screen. */
export function drawEditor(x: XClient, { width, height }: ScreenSize = SCREEN): number {
  const window = x.coverScreen(PAPER);
  x.fill(window, 0x303840, { x: 0, y: 0, width, height: 24 });
  x.fill(window, 0xe8ecf0, { x: 0, y: 64, width: 96, height: height - 64 });
  const columns = Math.floor((width - 120) / CELL.width) - 40;
  writeLines(x, window, { x: 120, y: 80, columns, lines: 33 });
  writeLines(x, window, { x: 120, y: 560, columns, lines: Math.floor((height - 560) / CELL.height) - 2 }, 2);
  return window;
}

/** Writes the letter that belongs to the counter and moves the caret; a full line is wiped. */
export function typeLetter(x: XClient, window: number, counter: number): void {
  const column = counter % LINE.columns;
  const cell = { x: LINE.x + column * CELL.width, y: LINE.y, ...CELL };
  if (column === 0) x.fill(window, PAPER, { ...cell, width: (LINE.columns + 1) * CELL.width });
  x.fill(window, PAPER, cell);
  x.text(window, INK, cell.x, LINE.y + 10, String.fromCharCode(97 + (counter % 26)));
  x.fill(window, CARET, { ...cell, x: cell.x + CELL.width, width: 2 });
}
