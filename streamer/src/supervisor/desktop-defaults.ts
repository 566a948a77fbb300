/**
 * Defaults for desktops that nobody sits in front of: no compositor, no screen lock, no power manager. They come before
 * the system's and after the person's own, whose files are not touched (XDG Base Directory Specification).
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Autostart entries that lock the screen, put the machine to sleep or ask for hardware that is not there. */
const hiddenAutostarts = [
  'light-locker',
  'mate-power-manager',
  'mate-screensaver',
  'lxqt-powermanagement',
  'lxqt-xscreensaver-autostart',
  'xfce4-power-manager',
  'xfce4-screensaver',
  'xscreensaver',
];

/** By channel and property. Effects cost a desktop that is sent as pictures, and leave nothing to see of it. */
const xfceProperties: Readonly<Record<string, Readonly<Record<string, boolean>>>> = {
  xfwm4: { '/general/use_compositing': false },
  'xfce4-session': {
    '/general/SaveOnExit': false,
    '/shutdown/ShowHibernate': false,
    '/shutdown/ShowSuspend': false,
    '/shutdown/LockScreen': false,
  },
  'xfce4-screensaver': { '/saver/enabled': false, '/lock/enabled': false },
  'xfce4-power-manager': { '/xfce4-power-manager/dpms-enabled': false },
};

/** Writes the files below `folder`, which then goes in front of XDG_CONFIG_DIRS. */
export async function writeDesktopDefaults(folder: string): Promise<void> {
  const autostarts = hiddenAutostarts.map(
    (name) => [`autostart/${name}.desktop`, hiddenAutostart(name)] as const,
  );
  const channels = Object.entries(xfceProperties).map(
    ([channel, properties]) =>
      [`xfce4/xfconf/xfce-perchannel-xml/${channel}.xml`, xfconfChannel(channel, properties)] as const,
  );
  for (const [name, content] of [...autostarts, ...channels]) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
}

function hiddenAutostart(name: string): string {
  return `[Desktop Entry]\nType=Application\nName=${name}\nExec=true\nHidden=true\n`;
}

/** Each path of properties has a group and a name: `/general/use_compositing`. */
function xfconfChannel(channel: string, properties: Readonly<Record<string, boolean>>): string {
  const groups = Map.groupBy(Object.entries(properties), ([path]) => path.split('/')[1]!);
  const lines = [...groups].flatMap(([group, members]) => [
    `  <property name="${group}" type="empty">`,
    ...members.map(
      ([path, value]) => `    <property name="${path.split('/')[2]}" type="bool" value="${value}"/>`,
    ),
    '  </property>',
  ]);
  const body = [`<channel name="${channel}" version="1.0">`, ...lines, '</channel>'];
  return `<?xml version="1.0" encoding="UTF-8"?>\n${body.join('\n')}\n`;
}
