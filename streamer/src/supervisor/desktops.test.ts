import { execFile } from 'node:child_process';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { writeDesktopDefaults } from './desktop-defaults.ts';
import { chooseDesktop } from './desktops.ts';
import { temporaryFolder } from './testing/temporary.ts';
import { makeCookie, writeCookieFile } from './x-cookie.ts';

describe('the desktop', () => {
  async function pathWith(...programs: string[]) {
    const folder = await temporaryFolder();
    for (const program of programs) {
      await writeFile(join(folder.path, program), '#!/bin/sh\n');
      await chmod(join(folder.path, program), 0o755);
    }
    return folder;
  }

  it.each([
    [['xterm', 'openbox-session', 'lxqt-session', 'mate-session', 'xfce4-session'], 'XFCE'],
    [['xterm', 'openbox-session', 'lxqt-session', 'mate-session'], 'MATE'],
    [['xterm', 'openbox-session', 'lxqt-session'], 'LXQt'],
    [['xterm', 'openbox-session'], 'openbox'],
    [['xterm'], 'a terminal'],
    [[], undefined],
  ])('of %j is %s', async (programs, name) => {
    await using folder = await pathWith(...programs);
    expect(chooseDesktop('auto', folder.path)?.name).toBe(name);
  });

  it('may be none, or a command', () => {
    expect(chooseDesktop('none')).toBeUndefined();
    expect(chooseDesktop('xfce4-session')?.name).toBe('XFCE');
    expect(chooseDesktop('xterm -e top')).toMatchObject({ command: 'sh', args: ['-c', 'xterm -e top'] });
  });
});

describe('the defaults of desktops', () => {
  it('are files of our own: no compositor, no lock, no power manager', async () => {
    await using folder = await temporaryFolder();
    await writeDesktopDefaults(folder.path);
    const read = (name: string) => readFile(join(folder.path, name), 'utf8');
    expect(await read('xfce4/xfconf/xfce-perchannel-xml/xfwm4.xml')).toContain(
      '<property name="use_compositing" type="bool" value="false"/>',
    );
    expect(await read('autostart/xfce4-power-manager.desktop')).toContain('Hidden=true');
    expect(await read('autostart/light-locker.desktop')).toContain('Hidden=true');
  });
});

describe('the cookie file', () => {
  it('is one that xauth reads', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'cookies');
    const cookie = makeCookie();
    await writeCookieFile(path, cookie);
    const { stdout } = await promisify(execFile)('xauth', ['-f', path, 'nlist']);
    expect(stdout.trim()).toBe(
      `ffff 0000  0000  0012 ${Buffer.from('MIT-MAGIC-COOKIE-1').toString('hex')} 0010 ${cookie.toString('hex')}`,
    );
  });
});
