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
