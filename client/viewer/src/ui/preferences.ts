import type { AppleKeys, TouchMode } from '../core/index.ts';
import { DEFAULT_SHORTCUTS, SHORTCUT_ACTIONS, type Shortcuts } from './shortcuts.ts';

/** How a person wants their hands to be taken, in this browser. */
export interface Preferences {
  readonly shortcuts: Shortcuts;
  readonly appleKeys: AppleKeys;
  readonly touch: TouchMode;
  /** A layout of XKB; undefined: that of the keyboard here. */
  readonly layout: string | undefined;
}

const STORED_AS = 'deskside.hands';

/** What was stored, as far as it can be understood; the rest has its default. */
export function loadPreferences(): Preferences {
  const stored = read();
  const isOff = (value: unknown): boolean => value === false;
  const { shortcuts, appleKeys, touch, layout } = stored as Record<string, unknown>;
  return {
    shortcuts: Object.fromEntries(
      SHORTCUT_ACTIONS.map((action) => {
        const chord = fieldOf(shortcuts, action);
        return [action, typeof chord === 'string' ? chord : DEFAULT_SHORTCUTS[action]];
      }),
    ) as unknown as Shortcuts,
    appleKeys: {
      cmdIsCtrl: !isOff(fieldOf(appleKeys, 'cmdIsCtrl')),
      optionTypes: !isOff(fieldOf(appleKeys, 'optionTypes')),
    },
    touch: touch === 'trackpad' ? touch : 'direct',
    layout: typeof layout === 'string' ? layout : undefined,
  };
}

export function savePreferences(preferences: Preferences): void {
  try {
    localStorage.setItem(STORED_AS, JSON.stringify(preferences));
  } catch {
    // A frame without storage keeps them as long as it is there.
  }
}

function read(): object {
  try {
    return (JSON.parse(localStorage.getItem(STORED_AS) ?? '{}') as object | null) ?? {};
  } catch {
    return {};
  }
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
