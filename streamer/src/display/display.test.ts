import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Display } from './api.ts';
import { connectDisplay } from './display.ts';
import { Witness } from './testing/witness.ts';
import { Xvfb } from './testing/xvfb.ts';

/** Caps and Num Lock in X's mask of modifiers: pressing those keys leaves them set. */
const LOCKS = 0b10010;

let stack: AsyncDisposableStack;
let server: Xvfb;
let display: Display;
let witness: Witness;
const log = { info() {}, warn() {} };

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  server = stack.use(await Xvfb.start());
  display = stack.use(
    await connectDisplay({ display: server.display, maxSize: { width: 1600, height: 1200 }, log }),
  );
  witness = stack.use(await Witness.open(server.display));
});
afterEach(() => stack.disposeAsync());

test('a key goes down and up once, however often the browser repeats it', async () => {
  display.key('KeyA', true);
  display.key('KeyA', true);
  display.key('KeyA', false);
  display.key('KeyB', true);
  display.key('KeyB', false);
  await witness.until(() => witness.count('KeyRelease', 56) === 1);
  expect(witness.presses).toEqual(['KeyPress 38', 'KeyRelease 38', 'KeyPress 56', 'KeyRelease 56']);
});

test('the X server repeats a key that is held', async () => {
  display.key('KeyA', true);
  await witness.until(() => witness.count('KeyPress', 38) >= 3);
  display.key('KeyA', false);
});

test('an unknown key does nothing and says so', async () => {
  expect(display.key('KeyÄ', true)).toBe(false);
  expect(display.key('__proto__', true)).toBe(false);
  expect(await witness.keysDown()).toEqual([]);
});

test('buttons follow the state: what differs is pressed or released', async () => {
  display.movePointer(10, 20);
  display.setButtons(1);
  display.setButtons(1 | 2 | 8);
  display.setButtons(16 | 4);
  display.setButtons(0);
  await witness.until(() => witness.count('ButtonRelease', 9) === 1);
  expect(witness.presses).toEqual([
    'ButtonPress 1',
    'ButtonPress 3',
    'ButtonPress 8',
    'ButtonRelease 1',
    'ButtonRelease 3',
    'ButtonPress 2',
    'ButtonRelease 8',
    'ButtonPress 9',
    'ButtonRelease 2',
    'ButtonRelease 9',
  ]);
});

test('the pointer goes where it is told and not beyond the screen', async () => {
  display.movePointer(301, 402);
  display.key('F1', true);
  await witness.until(() => witness.count('KeyPress', 67) === 1);
  expect(await witness.pointer()).toMatchObject({ x: 301, y: 402 });
  display.movePointerBy(-1.5, 2);
  display.movePointerBy(-1.5, 0);
  display.movePointer(Number.NaN, 1);
  display.key('F2', true);
  await witness.until(() => witness.count('KeyPress', 68) === 1);
  expect(await witness.pointer()).toMatchObject({ x: 298, y: 404 });
  display.movePointer(1e9, -1e9);
  display.key('F3', true);
  await witness.until(() => witness.count('KeyPress', 69) === 1);
  expect(await witness.pointer()).toMatchObject({ x: 1599, y: 0 });
});

test('10,000 small wheel steps add up to the exact number of notches on both axes', async () => {
  for (let step = 0; step < 10_000; step++) display.wheel(-7, 13);
  display.key('F1', true);
  await witness.until(() => witness.count('KeyPress', 67) === 1);
  expect(witness.count('ButtonPress', 5)).toBe(Math.trunc((10_000 * 13) / 120));
  expect(witness.count('ButtonPress', 6)).toBe(Math.trunc((10_000 * 7) / 120));
  expect(witness.count('ButtonPress', 4) + witness.count('ButtonPress', 7)).toBe(0);
});

test('resize answers with the new size and tells everyone', async () => {
  const sizes: unknown[] = [];
  using _listening = display.on({ onSize: (size) => sizes.push(size) });
  await display.resize({ width: 1281, height: 721 });
  expect(display.size).toEqual({ width: 1281, height: 721 });
  await display.resize({ width: 700, height: 1200 });
  expect(sizes).toEqual([
    { width: 1281, height: 721 },
    { width: 700, height: 1200 },
  ]);
});

test('sizes outside the limits are refused with the limits', async () => {
  await expect(display.resize({ width: 1601, height: 100 })).rejects.toThrow('64x64 to 1600x1200');
  await expect(display.resize({ width: 0, height: 1e6 })).rejects.toThrow('64x64 to 1600x1200');
});

test('a storm of resizes ends at the last size', async () => {
  const storm = Array.from({ length: 50 }, (_, step) => ({ width: 800 + step, height: 900 - step }));
  await Promise.all(storm.map((size) => display.resize(size)));
  expect(display.size).toEqual({ width: 849, height: 851 });
});

test('releaseAll lifts what came through this display', async () => {
  display.key('ShiftLeft', true);
  display.key('KeyA', true);
  display.setButtons(1 | 4);
  await witness.until(() => witness.count('ButtonPress', 2) === 1);
  display.releaseAll();
  await witness.until(() => witness.count('ButtonRelease', 2) === 1 && witness.count('KeyRelease', 38) === 1);
  expect(await witness.keysDown()).toEqual([]);
  expect((await witness.pointer()).mask).toBe(0);
});

test('whatever the order of keys, buttons and text, releaseAll leaves nothing down', async () => {
  const code = fc.constantFrom('KeyA', 'ShiftLeft', 'ControlRight', 'AltRight', 'Enter', 'F24', 'Nonsense');
  const act = fc.oneof(
    fc.record({ code, down: fc.boolean() }).map((key) => () => display.key(key.code, key.down)),
    fc.integer({ min: 0, max: 31 }).map((buttons) => () => display.setButtons(buttons)),
    fc.constantFrom('a', 'Ä', '漢', '\n', '\0').map((text) => () => display.text(text)),
    fc.constant(() => display.releaseAll()),
  );
  let round = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 30 }), async (acts) => {
      for (const run of acts) run();
      display.releaseAll();
      // The marker comes after everything else.
      round++;
      display.key('F12', true);
      display.key('F12', false);
      await witness.until(() => witness.count('KeyRelease', 96) === round);
      expect(await witness.keysDown()).toEqual([]);
      expect((await witness.pointer()).mask & ~LOCKS).toBe(0);
    }),
    { numRuns: 50 },
  );
});

test('a program that grabs the keyboard or the server holds nothing up', async () => {
  await witness.grabKeyboard();
  display.key('KeyA', true);
  display.key('KeyA', false);
  await witness.until(() => witness.count('KeyRelease', 38) === 1);
  witness.x.client.GrabServer();
  await witness.x.sync();
  display.text('b');
  await witness.until(() => witness.count('KeyRelease', 56) === 1);
});

test('keys that are held are lifted when the display is closed', async () => {
  display.key('ControlLeft', true);
  await witness.until(() => witness.count('KeyPress', 37) === 1);
  await display[Symbol.asyncDispose]();
  expect(await witness.keysDown()).toEqual([]);
});

test('an X server that dies is found again, with its size, its cursor and no key down', async () => {
  await display.resize({ width: 1000, height: 700 });
  display.key('ShiftLeft', true);
  const events: unknown[] = [];
  const back = Promise.withResolvers<void>();
  using _listening = display.on({
    onPresence: (present) => events.push(present),
    onSize: (size) => {
      events.push(size);
      back.resolve();
    },
  });
  await server.kill();
  await expect.poll(() => events).toEqual([false]);
  display.key('KeyA', true);
  display.text('dropped');
  await expect(display.resize({ width: 800, height: 600 })).rejects.toThrow('not there');

  const again = stack.use(await Xvfb.start(server.number));
  await back.promise;
  expect(events).toEqual([false, true, { width: 1000, height: 700 }]);
  const secondWitness = stack.use(await Witness.open(again.display));
  display.key('KeyB', true);
  display.key('KeyB', false);
  await secondWitness.until(() => secondWitness.count('KeyRelease', 56) === 1);
  expect(secondWitness.presses).toEqual(['KeyPress 56', 'KeyRelease 56']);
});

test('an X server with a cookie lets in who has it and tells the others what to do', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'deskside-cookie-'));
  stack.defer(() => rm(directory, { recursive: true }));
  const [right, none] = [join(directory, 'right'), join(directory, 'none')];
  // FamilyWild, no address, any display, the cookie's kind and its 16 bytes (Xauth(5)).
  const name = Buffer.from('MIT-MAGIC-COOKIE-1');
  const parts = [[0xff, 0xff, 0, 0, 0, 0, 0, name.length], name, [0, 16], new Array<number>(16).fill(7)];
  await writeFile(right, Buffer.concat(parts.map((part) => Buffer.from(part))));
  const guarded = stack.use(await Xvfb.start(undefined, ['-auth', right]));
  const options = { display: guarded.display, maxSize: { width: 1600, height: 1200 }, log };
  const letIn = stack.use(await connectDisplay({ ...options, xauthority: right }));
  expect(letIn.size).toEqual({ width: 1600, height: 1200 });
  await expect(connectDisplay({ ...options, xauthority: none })).rejects.toThrow('Set XAUTHORITY');
});

test('no X server and a wrong name are told apart', async () => {
  const options = { maxSize: { width: 1600, height: 1200 }, log };
  await expect(connectDisplay({ ...options, display: ':59999' })).rejects.toThrow('No X server answers');
  await expect(connectDisplay({ ...options, display: 'there:0' })).rejects.toThrow(
    'no display of this machine',
  );
});
