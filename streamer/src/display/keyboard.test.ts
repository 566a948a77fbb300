import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Display } from './api.ts';
import { connectDisplay } from './display.ts';
import { keycodeOf, WRITING_KEYS } from './keys.ts';
import { characterOf } from './keysym.ts';
import { LAYOUT_TABLES } from './layouts.ts';
import { Witness } from './testing/witness.ts';
import { Xvfb } from './testing/xvfb.ts';
import type { XkbState } from './x-protocol.ts';

let stack: AsyncDisposableStack;
let server: Xvfb;
let display: Display;
let witness: Witness;

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  server = stack.use(await Xvfb.start());
  const log = { info() {}, warn() {} };
  display = stack.use(
    await connectDisplay({ display: server.display, maxSize: { width: 1600, height: 1200 }, log }),
  );
  witness = stack.use(await Witness.open(server.display));
});
afterEach(() => stack.disposeAsync());

const LOCK = 2;
const NUM_LOCK = 16;
const lockedNow = async () => {
  const { xkb } = witness.x;
  const state = await witness.x.ask<XkbState>((callback) => xkb.GetState(xkb.UseCoreKbd, callback));
  return state.lockedMods;
};

/** Settles when the X server has dealt with everything that was done to the display before. */
async function settle(): Promise<void> {
  const before = witness.count('KeyRelease', keycodeOf('F12')!);
  display.key('F12', true);
  display.key('F12', false);
  await witness.until(() => witness.count('KeyRelease', keycodeOf('F12')!) > before);
}

/** Keysyms of a key, as GetKeyboardMapping has them. */
async function meaning(keycode: number): Promise<number[]> {
  const rows = await witness.x.ask<number[][]>((callback) =>
    witness.x.client.GetKeyboardMapping(keycode, 1, callback),
  );
  return rows[0]!;
}

describe('layouts', () => {
  test.each(
    LAYOUT_TABLES.map(
      (table) => [table.variant ? `${table.layout}/${table.variant}` : table.layout, table] as const,
    ),
  )('keys mean what the table of %s says', async (_name, { layout, variant, plain, shifted }) => {
    await display.setLayout({ layout, variant });
    for (const [index, code] of WRITING_KEYS.entries()) {
      const keysyms = await meaning(keycodeOf(code)!);
      for (const [column, row] of [plain, shifted].entries()) {
        const character = characterOf(keysyms[column]!);
        // Dead keys are keysyms that mean no character.
        if (character !== undefined) expect([code, row[index]]).toEqual([code, character]);
      }
    }
  });

  test('what does not exist is refused, and the keyboard stays as it was', async () => {
    await display.setLayout({ layout: 'de' });
    await expect(display.setLayout({ layout: 'atlantis' })).rejects.toThrow('xkb/symbols');
    await expect(display.setLayout({ layout: '../../evil' })).rejects.toThrow('no name of a keyboard layout');
    await expect(display.setLayout({ layout: 'de', variant: 'a,b' })).rejects.toThrow('no name');
    expect(characterOf((await meaning(keycodeOf('KeyY')!))[0]!)).toBe('z');
  });

  test('what is typed after a change of layout waits for it', async () => {
    const changed = display.setLayout({ layout: 'fr' });
    display.text('a');
    display.key('KeyB', true);
    display.key('KeyB', false);
    await changed;
    await witness.until(() => witness.count('KeyRelease', keycodeOf('KeyB')!) === 1);
    // On a French keyboard the letter a is where others have q.
    expect(witness.presses).toEqual(['KeyPress 24', 'KeyRelease 24', 'KeyPress 56', 'KeyRelease 56']);
  });

  test('a new X server gets the layout of the one before', async () => {
    await display.setLayout({ layout: 'de' });
    const back = Promise.withResolvers<void>();
    using _listening = display.on({ onPresence: (present) => present && back.resolve() });
    await server.kill();
    stack.use(await Xvfb.start(server.number));
    await back.promise;
    witness = stack.use(await Witness.open(server.display));
    expect(characterOf((await meaning(keycodeOf('KeyY')!))[0]!)).toBe('z');
  });
});

describe('a key and what it gives at the viewer', () => {
  /** Keys that are held here while it is pressed, and what comes of it. */
  const pressed = async (code: string, gives: string, ...held: string[]) => {
    for (const each of held) display.key(each, true);
    await settle();
    const before = witness.presses.length;
    display.key(code, true, gives);
    display.key(code, false);
    for (const each of held) display.key(each, false);
    await settle();
    return witness.presses.slice(before).filter((press) => /Press (?!96)/.test(press));
  };
  const press = (code: string) => `KeyPress ${keycodeOf(code)}`;

  test.each([
    ['a letter', 'KeyA', 'a', []],
    ['a letter with Shift', 'KeyA', 'A', ['ShiftLeft']],
    ['the other Shift', 'Digit2', '@', ['ShiftRight']],
    ['a shortcut', 'KeyA', 'a', ['ControlRight']],
  ])('is pressed where both agree: %s', async (_, code, gives, held) => {
    expect(await pressed(code, gives, ...held)).toEqual([press(code)]);
  });

  test('is held as long as the viewer holds it', async () => {
    display.key('KeyA', true, 'a');
    display.key('KeyA', true, 'a');
    await witness.until(() => witness.count('KeyPress', keycodeOf('KeyA')!) === 1);
    expect(await witness.keysDown()).toEqual([keycodeOf('KeyA')]);
    display.key('KeyA', false);
    await settle();
    expect(await witness.keysDown()).toEqual([]);
  });

  test('where they differ what is typed there counts, each time that it is repeated', async () => {
    expect(await pressed('KeyY', 'z')).toEqual([press('KeyZ')]);
    display.key('KeyY', true, 'z');
    display.key('KeyY', true, 'z');
    display.key('KeyY', false);
    await settle();
    expect(witness.count('KeyPress', keycodeOf('KeyZ')!)).toBe(3);
    expect(witness.count('KeyPress', keycodeOf('KeyY')!)).toBe(0);
  });

  test('a shortcut is where its letter is at the viewer', async () => {
    expect(await pressed('KeyY', 'z', 'ControlLeft')).toEqual([press('KeyZ')]);
    expect(await witness.keysDown()).toEqual([]);
    await display.setLayout({ layout: 'ru' });
    await pressed('KeyC', 'c', 'ControlLeft');
    const { buttons } = witness.events.findLast(
      ({ name, keycode }) => name === 'KeyPress' && keycode === keycodeOf('KeyC'),
    )!;
    expect((buttons! >> 13) & 3, 'the group of Latin letters').toBe(1);
  });

  test('Caps Lock and the number pad count', async () => {
    display.syncLocks({ capsLock: true, numLock: true });
    expect(await pressed('KeyA', 'A')).toEqual([press('KeyA')]);
    expect(await pressed('KeyA', 'a', 'ShiftLeft')).toEqual([press('KeyA')]);
    expect(await pressed('Digit1', '1')).toEqual([press('Digit1')]);
    expect(await pressed('Numpad7', '7')).toEqual([press('Numpad7')]);
    expect(await pressed('NumpadAdd', '+')).toEqual([press('NumpadAdd')]);
    display.syncLocks({ capsLock: false, numLock: false });
    expect(await pressed('Numpad7', '7')).toEqual([press('Digit7')]);
  });

  test('AltGr is whatever key chooses the third level', async () => {
    await display.setLayout({ layout: 'de' });
    display.key('AltRight', true, 'AltGraph');
    expect(await pressed('KeyQ', '@')).toEqual([press('KeyQ')]);
    display.key('AltRight', false);
    await settle();
    expect(await witness.keysDown()).toEqual([]);
  });
});

test('the layout follows a keyboard, and those who ask are told', async () => {
  expect(display.layout).toEqual({ layout: 'us' });
  const told: unknown[] = [];
  using _listening = display.on({ onLayout: (layout) => told.push(layout) });
  await display.followKeyboard([['KeyY', 'z']]);
  await display.followKeyboard([['KeyZ', 'y']]);
  await display.followKeyboard([['KeyA', '漢']]);
  await display.followKeyboard([['KeyA', 'a']]);
  expect(told).toEqual([{ layout: 'de' }]);
  expect(display.layout).toEqual({ layout: 'de' });
});

describe('locks', () => {
  test('Caps and Num Lock follow the viewer', async () => {
    display.syncLocks({ capsLock: true, numLock: false });
    await settle();
    expect(await lockedNow()).toBe(LOCK);
    display.syncLocks({ capsLock: false, numLock: true });
    await settle();
    expect(await lockedNow()).toBe(NUM_LOCK);
  });

  test('text comes as it is in spite of Caps Lock and of keys that are held', async () => {
    display.syncLocks({ capsLock: true, numLock: false });
    display.key('ShiftLeft', true);
    display.key('ControlLeft', true);
    display.text('aé');
    await settle();
    const typed = witness.events.filter(
      ({ name, keycode }) =>
        name === 'KeyPress' && keycode !== keycodeOf('ShiftLeft') && keycode !== keycodeOf('ControlLeft'),
    );
    expect(typed[0]).toMatchObject({ keycode: 38, buttons: 0 });
    expect(typed[1]!.buttons).toBe(0);
    expect(await witness.keysDown()).toEqual([keycodeOf('ControlLeft'), keycodeOf('ShiftLeft')]);
    expect(await lockedNow()).toBe(LOCK);
  });
});

describe('text that the layout lacks', () => {
  test('a spare keycode stands for a character and keeps standing for it', async () => {
    display.text('漢字漢');
    await settle();
    const keycodes = witness.events.filter(({ name }) => name === 'KeyPress').map(({ keycode }) => keycode!);
    expect(keycodes[0]).toBe(keycodes[2]);
    expect(keycodes[0]).not.toBe(keycodes[1]);
    expect(characterOf((await meaning(keycodes[0]!))[0]!)).toBe('漢');
    expect(characterOf((await meaning(keycodes[1]!))[0]!)).toBe('字');
  });

  test('what no key can give is left out', async () => {
    display.text('a\0\ud800\u0085b');
    await settle();
    expect(witness.presses.slice(0, 4)).toEqual([
      'KeyPress 38',
      'KeyRelease 38',
      'KeyPress 56',
      'KeyRelease 56',
    ]);
  });

  test('a layout without Latin letters types them too', async () => {
    await display.setLayout({ layout: 'ru' });
    display.text('дa');
    await settle();
    const group = (state: number) => (state >> 13) & 3;
    const typed = witness.events.filter(({ name }) => name === 'KeyPress').slice(0, 2);
    expect(typed.map(({ keycode, buttons }) => [keycode, group(buttons!)])).toEqual([
      [keycodeOf('KeyL'), 0],
      [keycodeOf('KeyA'), 1],
    ]);
  });
});
