import { writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Display } from './api.ts';
import { connectDisplay } from './display.ts';
import { WRITING_KEYS } from './keys.ts';
import { LAYOUT_TABLES } from './layouts.ts';
import { Programs } from './testing/programs.ts';
import { Xvfb } from './testing/xvfb.ts';

let stack: AsyncDisposableStack;
let display: Display;
let programs: Programs;

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  const server = stack.use(await Xvfb.start());
  const log = { info() {}, warn() {} };
  display = stack.use(
    await connectDisplay({ display: server.display, maxSize: { width: 1600, height: 1200 }, log }),
  );
  programs = stack.use(await Programs.on(server.display));
  display.movePointer(100, 100);
});
afterEach(() => stack.disposeAsync());

const TEXT =
  'The quick "brown" fox {jumps} over @ 1 lazy_dog! ~\\|/ é ß € ÄÖÜ ñ ç ø Łódź\n' +
  'привет Ελληνικά 漢字かな交じり文 한국어 😀🎉 שלום\n' +
  `${Array.from({ length: 20 }, (_, index) => String.fromCodePoint(0x4e00 + index * 7)).join('')}\n`;

function press(code: string, ...modifiers: string[]): void {
  for (const modifier of modifiers) display.key(modifier, true);
  display.key(code, true);
  display.key(code, false);
  for (const modifier of modifiers) display.key(modifier, false);
}

/** Opens the editor on an empty file of this name, which it saves at Ctrl+S. */
async function openEditor(name: string): Promise<void> {
  await writeFile(programs.file(name), '');
  programs.start('dbus-run-session', 'mousepad', '--disable-server', programs.file(name));
  await expect
    .poll(
      () => {
        press('KeyX');
        press('KeyS', 'ControlLeft');
        return programs.read(name);
      },
      { timeout: 20_000, interval: 200 },
    )
    .toMatch(/x/);
  press('KeyA', 'ControlLeft');
}

test('text of any script arrives in a terminal, in order with keys', async () => {
  await programs.terminal();
  display.text(TEXT);
  press('KeyX');
  press('Enter');
  await programs.expectFile('terminal', `${TEXT}x\n`);
}, 30_000);

test('text of any script arrives in a GTK program', async () => {
  await openEditor('editor');
  display.text(TEXT);
  press('KeyS', 'ControlLeft');
  await programs.expectFile('editor', TEXT);
}, 40_000);

/** What AltGr gives: code, modifier keys, character. */
const THIRD_LEVEL: Record<string, [code: string, character: string][]> = {
  us: [],
  gb: [['KeyE', 'e']],
  de: [
    ['KeyQ', '@'],
    ['KeyE', '€'],
    ['Digit7', '{'],
    ['Minus', '\\'],
    ['IntlBackslash', '|'],
  ],
  fr: [
    ['Digit0', '@'],
    ['KeyE', '€'],
    ['Digit4', '{'],
    ['Digit8', '\\'],
  ],
  es: [
    ['Digit2', '@'],
    ['KeyE', '€'],
    ['Digit1', '|'],
    ['BracketLeft', '['],
  ],
  cz: [
    ['KeyV', '@'],
    ['KeyE', '€'],
  ],
  ru: [],
  gr: [['KeyE', '€']],
};

test.each(Object.keys(THIRD_LEVEL))(
  'every key of the %s layout types its characters',
  async (layout) => {
    await programs.terminal();
    await display.setLayout({ layout });
    const { plain, shifted } = LAYOUT_TABLES.find((table) => table.layout === layout && !table.variant)!;
    let expected = '';
    for (const [index, code] of WRITING_KEYS.entries()) {
      for (const [character, modifiers] of [
        [plain[index]!, []],
        [shifted[index]!, ['ShiftLeft']],
      ] as const) {
        press(code, ...modifiers);
        expected += ALONE[character] ?? character;
        // Some of them are dead keys, of which a space makes the accent alone; others get it as it is.
        if (ACCENTS.has(character)) press('Space');
      }
    }
    press('Enter');
    for (const [code, character] of THIRD_LEVEL[layout]!) {
      press(code, 'AltRight');
      expected += character;
    }
    press('Enter');
    const got = async () => (await programs.read('terminal')).replaceAll(' ', '').replaceAll('\n', '');
    await expect.poll(got, { timeout: 20_000 }).toBe(expected);
  },
  40_000,
);

/** What may be dead. */
const ACCENTS = new Set('`´^~¨˚ˇ');

/** What X makes of a dead key and a space where it is not the accent itself (libX11's Compose file). */
const ALONE: Record<string, string> = { '´': "'", '¨': '"', '˚': '°' };

test.each([
  ['de', 'Equal', 'KeyE', 'é'],
  ['fr', 'BracketLeft', 'KeyE', 'ê'],
  ['es', 'Quote', 'KeyO', 'ó'],
  ['cz', 'Equal', 'KeyA', 'á'],
  ['gr', 'Semicolon', 'KeyA', 'ά'],
])(
  'a dead key of the %s layout waits for its letter',
  async (layout, dead, letter, character) => {
    await programs.terminal();
    await display.setLayout({ layout });
    press(dead);
    press(letter);
    press('Enter');
    await programs.expectFile('terminal', `${character}\n`);
  },
  30_000,
);
