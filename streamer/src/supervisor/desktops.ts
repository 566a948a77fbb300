/** Desktop environments, and how to start one. */
import { findProgram } from './programs.ts';

export interface Desktop {
  /** For people: logs, `deskside doctor`. */
  name: string;
  command: string;
  args: readonly string[];
  environment: Readonly<Record<string, string>>;
}

/** Best first. */
const desktops: readonly Desktop[] = [
  {
    name: 'XFCE',
    command: 'xfce4-session',
    args: [],
    environment: {
      XDG_CURRENT_DESKTOP: 'XFCE',
      DESKTOP_SESSION: 'xfce',
      XDG_MENU_PREFIX: 'xfce-',
      // The panel would ask at its first start which layout to have.
      XFCE_PANEL_MIGRATE_DEFAULT: '1',
    },
  },
  {
    name: 'MATE',
    command: 'mate-session',
    args: [],
    environment: { XDG_CURRENT_DESKTOP: 'MATE', DESKTOP_SESSION: 'mate', XDG_MENU_PREFIX: 'mate-' },
  },
  {
    name: 'LXQt',
    command: 'lxqt-session',
    args: [],
    environment: { XDG_CURRENT_DESKTOP: 'LXQt', DESKTOP_SESSION: 'lxqt', XDG_MENU_PREFIX: 'lxqt-' },
  },
  { name: 'openbox', command: 'openbox-session', args: [], environment: { XDG_CURRENT_DESKTOP: 'openbox' } },
  { name: 'a terminal', command: 'x-terminal-emulator', args: [], environment: {} },
  { name: 'a terminal', command: 'xterm', args: [], environment: {} },
];

/** What `--session` means on this machine; undefined if nothing is to run, or nothing is installed. */
export function chooseDesktop(session: string, path = process.env.PATH): Desktop | undefined {
  if (session === 'none') return undefined;
  if (session === 'auto') return desktops.find(({ command }) => findProgram(command, path) !== undefined);
  const known = desktops.find(({ command }) => command === session);
  return known ?? { name: session, command: 'sh', args: ['-c', session], environment: {} };
}
