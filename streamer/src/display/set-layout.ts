import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Layout } from './api.ts';
import { isLatin } from './layouts.ts';
import type { XConnection } from './x-connection.ts';

/** What setxkbmap may take, ms; it waits while the X server compiles the keymap, some 30 ms. */
const TIMEOUT = 5000;

/** Names in xkeyboard-config; anything else could be taken for a path by the keymap compiler. */
const NAME = /^[a-z0-9_-]{1,32}$/i;

/**
 * Gives an X server another keymap. Layouts without Latin letters get the US one as their second group, in which
 * programs find their shortcuts.
 *
 * @param environment has `DISPLAY` and what lets a program in
 * @throws Error if there is no such layout, or the program that sets it is missing
 */
export async function setLayout(wanted: Layout, environment: NodeJS.ProcessEnv): Promise<void> {
  const { layout, variant = '' } = wanted;
  if (!NAME.test(layout) || (variant !== '' && !NAME.test(variant))) {
    throw new Error(`"${layout}" is no name of a keyboard layout. ${WHERE}`);
  }
  const second = isLatin(wanted) ? '' : ',us';
  const names = ['-layout', layout + second, '-variant', variant + (second && ',')];
  try {
    // Without -option '' the options of an earlier keymap would stay.
    await run('setxkbmap', ['-rules', 'evdev', '-model', 'pc105', ...names, '-option', ''], {
      env: environment,
      timeout: TIMEOUT,
    });
  } catch (error) {
    throw explain(wanted, error as NodeJS.ErrnoException & { stderr?: string });
  }
}

/** The layout that an X server says it has, the first of several; undefined if it does not. */
export async function readLayout(x: XConnection): Promise<Layout | undefined> {
  // Rules, model, layouts, variants and options, each with a null character after it (XKB library, _XKB_RULES_NAMES).
  const names = await x.property(x.root, await x.atom('_XKB_RULES_NAMES')).catch(() => Buffer.alloc(0));
  const [, , layouts = '', variants = ''] = names.toString('latin1').split('\0');
  const [layout, variant] = [layouts.split(',')[0]!, variants.split(',')[0]!];
  if (!NAME.test(layout)) return undefined;
  return variant === '' ? { layout } : { layout, variant };
}

const WHERE = 'Those there are: "ls /usr/share/X11/xkb/symbols".';

const run = promisify(execFile);

function explain({ layout, variant }: Layout, error: NodeJS.ErrnoException & { stderr?: string }): Error {
  if (error.code === 'ENOENT') {
    return new Error('The keyboard layout stays as it is: setxkbmap is missing. Install x11-xkb-utils.');
  }
  const name = variant ? `${layout} (${variant})` : layout;
  const reason = /^> Error:\s*(.*)$/m.exec(error.stderr ?? '')?.[1] ?? error.message;
  return new Error(`The keyboard layout ${name} cannot be set: ${reason}. ${WHERE}`);
}
