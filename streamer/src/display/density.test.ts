import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Display } from './api.ts';
import { densityFor } from './density.ts';
import { connectDisplay } from './display.ts';
import { Programs } from './testing/programs.ts';
import { Witness } from './testing/witness.ts';
import { Xvfb } from './testing/xvfb.ts';
import { merge } from './x-resources.ts';

test.each([
  [1, { dpi: 96, cursorSize: 24, windowScale: 1 }],
  [1.5, { dpi: 144, cursorSize: 36, windowScale: 1 }],
  [2, { dpi: 192, cursorSize: 48, windowScale: 2 }],
  [2.5, { dpi: 240, cursorSize: 60, windowScale: 2 }],
  [1e6, { dpi: 384, cursorSize: 96, windowScale: 4 }],
  [Number.NaN, { dpi: 96, cursorSize: 24, windowScale: 1 }],
])('scale %d', (scale, density) => expect(densityFor(scale)).toEqual(density));

test('X resources of others stay, in order', () => {
  const before = 'XTerm*font:\tfixed\nXft.dpi:\t96\nXft.antialias: 1\n';
  expect(merge(before, { 'Xft.dpi': 192 })).toBe('XTerm*font:\tfixed\nXft.antialias: 1\nXft.dpi:\t192\n');
  expect(merge('', { a: 1 })).toBe('a:\t1\n');
});

describe('on a desktop', () => {
  let stack: AsyncDisposableStack;
  let server: Xvfb;
  let display: Display;
  let witness: Witness;
  let programs: Programs;

  beforeEach(async () => {
    stack = new AsyncDisposableStack();
    server = stack.use(await Xvfb.start());
    const log = { info() {}, warn() {} };
    display = stack.use(
      await connectDisplay({ display: server.display, maxSize: { width: 1600, height: 1200 }, log }),
    );
    witness = stack.use(await Witness.open(server.display));
    witness.x.client.UnmapWindow(witness.window);
    programs = stack.use(await Programs.on(server.display));
  });
  afterEach(() => stack.disposeAsync());

  const resources = async () => {
    const atom = await witness.x.atom('RESOURCE_MANAGER');
    return (await witness.x.property(witness.x.root, atom)).toString();
  };

  /** Settings that GTK programs see now: integers by name. */
  const settings = async () => {
    const selection = await witness.x.atom('_XSETTINGS_S0');
    const owner = await witness.x.ask<number>((callback) =>
      witness.x.client.GetSelectionOwner(selection, callback),
    );
    if (owner === 0) return undefined;
    const atom = await witness.x.atom('_XSETTINGS_SETTINGS');
    return readIntegers(await witness.x.property(owner, atom));
  };

  test('programs that start find their density in the X resources', async () => {
    await display.setScale(1.5);
    expect(await resources()).toBe('Xft.dpi:\t144\nXcursor.size:\t36\n');
    await display.setScale(1);
    expect(await resources()).toBe('Xft.dpi:\t96\nXcursor.size:\t24\n');
  });

  test('the cursor that a program shows arrives, twice as large at scale 2', async () => {
    const widths: number[] = [];
    using _listening = display.on({ onCursor: ({ width }) => widths.push(width) });
    await display.setScale(2);
    programs.start('openbox');
    programs.start('dbus-run-session', 'mousepad', '--disable-server');
    display.movePointer(800, 600);
    await expect.poll(() => widths, { timeout: 20_000 }).toContain(48);
  }, 30_000);

  test('before a desktop is there its place is left to it', async () => {
    await display.setScale(2);
    expect(await settings()).toBeUndefined();
  });

  test('under openbox, GTK programs are told, also when openbox comes later', async () => {
    await display.setScale(2);
    programs.start('openbox');
    await expect.poll(settings, { timeout: 20_000 }).toEqual({
      'Xft/DPI': 192 * 1024,
      'Gdk/UnscaledDPI': 96 * 1024,
      'Gdk/WindowScalingFactor': 2,
      'Gtk/CursorThemeSize': 48,
    });
    await display.setScale(1);
    expect(await settings()).toMatchObject({ 'Xft/DPI': 96 * 1024, 'Gdk/WindowScalingFactor': 1 });
  }, 30_000);

  test("XFCE's own settings manager is asked, also when it comes later", async () => {
    await display.setScale(2);
    programs.start('dbus-run-session', 'sh', '-c', 'xfwm4 & exec xfsettingsd --no-daemon');
    await expect
      .poll(settings, { timeout: 20_000 })
      .toMatchObject({ 'Xft/DPI': 192 * 1024, 'Gdk/UnscaledDPI': 96 * 1024, 'Gdk/WindowScalingFactor': 2 });
    await display.setScale(1.5);
    await expect.poll(settings, { timeout: 20_000 }).toMatchObject({
      'Gdk/UnscaledDPI': 144 * 1024,
      'Gdk/WindowScalingFactor': 1,
      'Gtk/CursorThemeSize': 36,
    });
    await expect.poll(resources, { timeout: 20_000 }).toContain('Xft.dpi:\t144');
  }, 60_000);
});

/** Reads the property `_XSETTINGS_SETTINGS` (XSETTINGS 0.5), skipping strings and colours. */
function readIntegers(bytes: Buffer): Record<string, number> {
  const padded = (length: number) => (length + 3) & ~3;
  const result: Record<string, number> = {};
  let at = 12;
  for (let left = bytes.readUInt32LE(8); left > 0; left--) {
    const type = bytes[at];
    const length = bytes.readUInt16LE(at + 2);
    const name = bytes.toString('latin1', at + 4, at + 4 + length);
    at += 4 + padded(length) + 4;
    if (type === 0) result[name] = bytes.readInt32LE(at);
    at += type === 0 ? 4 : type === 1 ? 4 + padded(bytes.readUInt32LE(at)) : 8;
  }
  return result;
}
