import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { loadPreferences, savePreferences } from './preferences.ts';

const stored = new Map<string, string>();

beforeEach(() => {
  stored.clear();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => stored.set(key, value),
  });
});
afterEach(() => vi.unstubAllGlobals());

it('are found again as they were stored', () => {
  const preferences = {
    shortcuts: { toolbar: 'F9', 'full-screen': '', 'pointer-lock': 'Alt+Click' },
    appleKeys: { cmdIsCtrl: false, optionTypes: true },
    touch: 'trackpad',
    layout: 'us/dvorak',
  } as const;
  savePreferences(preferences);
  expect(loadPreferences()).toEqual(preferences);
});

it('are the defaults whatever else is stored', () => {
  const defaults = loadPreferences();
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      for (const key of ['deskside.hands']) stored.set(key, text);
      expect(Object.keys(loadPreferences())).toEqual(Object.keys(defaults));
    }),
  );
  stored.set('deskside.hands', '{"shortcuts":{"toolbar":7},"touch":[],"appleKeys":null}');
  expect(loadPreferences()).toEqual(defaults);
});

it('do without storage', () => {
  vi.stubGlobal('localStorage', undefined);
  savePreferences(loadPreferences());
  expect(loadPreferences().touch).toBe('direct');
});
