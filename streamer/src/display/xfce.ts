import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { type Density, DPI_UNIT } from './density.ts';

/** What xfconf-query may take, ms; it waits for the session's D-Bus. */
const TIMEOUT = 5000;

/** Name of XFCE's settings manager, as the kernel has it (/proc/PID/comm). */
const SETTINGS_MANAGER = 'xfsettingsd';

/**
 * Has XFCE draw at this density, if `pid` is its settings manager; others are left alone.
 *
 * @throws Error if XFCE cannot be told
 */
export async function setXfceDensity(pid: number, { dpi, cursorSize, windowScale }: Density): Promise<void> {
  const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
  if (name.trim() !== SETTINGS_MANAGER) return;
  // Its session has a D-Bus of its own, which only its programs know.
  const environment = parseEnvironment(await readFile(`/proc/${pid}/environ`, 'utf8'));
  // XFCE hands numbers on as they are; only Xft/DPI it takes times 1024.
  await set(environment, '/Xft/DPI', dpi);
  await set(environment, '/Gdk/UnscaledDPI', Math.round((dpi * DPI_UNIT) / windowScale));
  await set(environment, '/Gdk/WindowScalingFactor', windowScale);
  await set(environment, '/Gtk/CursorThemeSize', cursorSize);
}

const run = promisify(execFile);

async function set(environment: NodeJS.ProcessEnv, property: string, value: number): Promise<void> {
  const channel = ['--channel', 'xsettings', '--property', property];
  const change = ['--create', '--type', 'int', '--set', String(value)];
  try {
    await run('xfconf-query', [...channel, ...change], { env: environment, timeout: TIMEOUT });
  } catch (error) {
    const { message } = error as Error;
    throw new Error(
      `XFCE's text keeps its size: ${property} cannot be set (${message.trim()}). Install xfconf.`,
    );
  }
}

function parseEnvironment(text: string): NodeJS.ProcessEnv {
  return Object.fromEntries(
    text.split('\0').flatMap((entry) => {
      const at = entry.indexOf('=');
      return at > 0 ? [[entry.slice(0, at), entry.slice(at + 1)]] : [];
    }),
  );
}
