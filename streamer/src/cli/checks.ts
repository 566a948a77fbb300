/** What a desktop needs of a machine besides what `media/probe.ts` looks at. Each check is a finding. */

import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { readCertificate } from '../http/certificate.ts';
import type { Finding } from '../media/probe.ts';
import type { Settings } from '../settings.ts';
import { chooseDesktop } from '../supervisor/desktops.ts';
import { lockHolder } from '../supervisor/lock.ts';
import { findProgram } from '../supervisor/programs.ts';
import { findSoundServer, soundServerMissing } from '../supervisor/sound/sound-server.ts';
import { instanceOf, openStateDir, type Running, readRunning } from '../supervisor/state.ts';
import { readOrMakeToken, tokenGiven } from '../supervisor/token.ts';
import { isTaken } from '../supervisor/x-server.ts';

/** Browsers and the like on the desktop fail with less, bytes; containers give exactly this much if nothing is said. */
const SMALL_SHM = 64 * 1024 * 1024;

export function checkNode(): Finding {
  const version = process.versions.node;
  const ok = Number(version.split('.')[0]) >= 24;
  return { name: 'Node', ok, detail: version, ...(!ok && { remedy: 'run deskside with Node 24 or newer' }) };
}

export function checkXServer(): Finding {
  return checkProgram('X server', 'Xvfb', 'xvfb');
}

export function checkXauth(): Finding {
  return checkProgram('xauth', 'xauth', 'xauth');
}

/** Xvfb compiles its keyboard map at its start. */
export function checkKeyboard(): Finding {
  return checkProgram('keyboard maps', 'xkbcomp', 'x11-xkb-utils');
}

export async function checkFonts(): Promise<Finding> {
  const name = 'fonts';
  const folders = await readdir('/usr/share/fonts').catch(() => []);
  if (folders.length > 0) return { name, ok: true, detail: `/usr/share/fonts: ${folders.join(', ')}` };
  return { name, ok: false, detail: 'none are installed', remedy: 'apt-get install fonts-dejavu-core' };
}

export async function checkShm(): Promise<Finding> {
  const name = '/dev/shm';
  const { bavail, bsize } = await statfs('/dev/shm').catch(() => ({ bavail: 0, bsize: 0 }));
  const free = bavail * bsize;
  const detail = `${Math.floor(free / 1024 / 1024)} MiB free`;
  if (free > SMALL_SHM) return { name, ok: true, detail };
  return {
    name,
    ok: free > 0,
    detail: `${detail}: too little for browsers on the desktop`,
    remedy: 'docker run --shm-size=1g',
  };
}

export async function checkState({ stateDir, tokenFile }: Settings): Promise<Finding> {
  return attempt('state directory', async () => {
    await openStateDir(stateDir);
    tokenGiven(process.env);
    await readOrMakeToken(tokenFile);
    return stateDir;
  });
}

/** Nothing where none is set. */
export async function checkCertificate({ tlsCert: cert, tlsKey: key }: Settings): Promise<Finding[]> {
  if (cert === undefined || key === undefined) return [];
  const finding = await attempt('certificate', async () => {
    const { validToDate, validFromDate } = new X509Certificate((await readCertificate({ cert, key })).cert);
    const now = Date.now();
    if (validToDate.getTime() < now || validFromDate.getTime() > now)
      throw new Error(
        `${cert} is good from ${validFromDate.toISOString()} to ${validToDate.toISOString()} only. Renew it.`,
      );
    return `${cert}, until ${validToDate.toISOString()}`;
  });
  return [finding];
}

/** Free, or taken by the desktop itself. */
export async function checkPort({ host, port, stateDir }: Settings): Promise<Finding> {
  const name = 'port';
  if (await isOurs(stateDir, (running) => running.port === port))
    return { name, ok: true, detail: `${port}, of this very desktop` };
  try {
    const server = createServer().listen(port, host);
    await once(server, 'listening');
    server.close();
    return { name, ok: true, detail: `${port} at ${host} is free` };
  } catch (error) {
    const remedy = 'choose another with --port, 0 for any free one';
    return { name, ok: false, detail: (error as Error).message, remedy };
  }
}

/** Free, or taken by the desktop itself; nothing where any free one is taken. */
export async function checkDisplay({ display, stateDir }: Settings): Promise<Finding[]> {
  if (display === undefined) return [];
  const name = 'display';
  if (await isOurs(stateDir, (running) => running.display === display))
    return [{ name, ok: true, detail: `${display}, of this very desktop` }];
  if (!(await isTaken(display))) return [{ name, ok: true, detail: `${display} is free` }];
  const remedy = `choose another with --display, or show that one with --attach ${display}`;
  return [{ name, ok: false, detail: `${display} is in use by another X server`, remedy }];
}

export function checkDesktop({ session }: Settings): Finding {
  const name = 'desktop';
  const desktop = chooseDesktop(session);
  if (desktop !== undefined || session === 'none')
    return { name, ok: true, detail: desktop?.name ?? 'none is wanted' };
  const remedy =
    'apt-get install xfce4-session xfwm4 xfce4-panel xfdesktop4 xfce4-settings xfce4-terminal dbus-x11';
  return { name, ok: false, detail: 'none is installed: the screen stays empty', remedy };
}

export function checkBus(): Finding {
  const program = findProgram('dbus-run-session') ?? findProgram('dbus-launch');
  if (program !== undefined) return { name: 'D-Bus', ok: true, detail: program };
  return {
    name: 'D-Bus',
    ok: false,
    detail: 'neither dbus-run-session nor dbus-launch',
    remedy: 'apt-get install dbus-x11',
  };
}

/** A note where there is none: the rest works without. */
export function checkSoundServer({ audio, microphone }: Settings): Finding {
  const name = 'sound server';
  if (audio === 'off') return { name, ok: true, detail: 'switched off by --audio' };
  const kind = findSoundServer(audio);
  if (kind !== undefined) {
    const detail = `${kind.name}${microphone === 'on' ? ', with a microphone' : ''}`;
    return { name, ok: true, detail };
  }
  const { problem, remedy } = soundServerMissing(audio);
  return { name, ok: true, detail: `the desktop is mute, ${problem}`, remedy };
}

/** Whether the desktop of this directory has something; one that is still starting does not tell yet what it has taken. */
async function isOurs(stateDir: string, has: (running: Running) => boolean): Promise<boolean> {
  const running = await readRunning(stateDir);
  if (running) return has(running);
  const instance = await instanceOf(stateDir).catch(() => undefined);
  return instance !== undefined && (await lockHolder(instance)) !== undefined;
}

/** A note: without a GPU the processor encodes. */
export async function checkGpu(): Promise<Finding> {
  const nodes = await readdir('/dev/dri').catch(() => []);
  const render = nodes.filter((node) => node.startsWith('renderD')).map((node) => `/dev/dri/${node}`);
  if (existsSync('/dev/nvidiactl')) render.push('/dev/nvidiactl');
  const detail =
    render.length > 0
      ? `${render.join(', ')}; the table of encoders says which of them use it`
      : 'none; the processor encodes';
  return { name: 'GPU', ok: true, detail };
}

function checkProgram(name: string, program: string, debianPackage: string): Finding {
  const path = findProgram(program);
  if (path !== undefined) return { name, ok: true, detail: path };
  return {
    name,
    ok: false,
    detail: `${program} is not installed`,
    remedy: `apt-get install ${debianPackage}`,
  };
}

async function attempt(name: string, look: () => Promise<string>): Promise<Finding> {
  try {
    return { name, ok: true, detail: await look() };
  } catch (error) {
    return { name, ok: false, detail: (error as Error).message };
  }
}
