/** The desktop's programs: one session on one display, with a D-Bus of its own. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { type Child, startChild } from './child.ts';
import { writeDesktopDefaults } from './desktop-defaults.ts';
import type { Desktop } from './desktops.ts';
import { endProcessesOf } from './processes.ts';
import { findProgram } from './programs.ts';

/** Of three seconds that all children have together, ms: programs may save what is open. */
const STOP_WITHIN = 1_500;

/** For what has left the session's process group, ms: it was told with the others or has lost its display. */
const STRAYS_WITHIN = 200;

export interface DesktopSessionOptions {
  desktop: Desktop;
  /** `:N` */
  display: string;
  xauthority: string | undefined;
  /** `PULSE_SERVER`: where programs play to. */
  pulseServer: string | undefined;
  stateDir: string;
  /** Of the desktop that this is; processes are marked with it. */
  instance: string;
  output: Writable;
}

/** @throws Error if the program cannot be started */
export async function startDesktopSession(options: DesktopSessionOptions): Promise<Child> {
  const { desktop, instance, output } = options;
  const [command, ...args] = withOwnBus([desktop.command, ...desktop.args]);
  const environment = await makeEnvironment(options, process.env);
  const child = await startChild({
    command: command!,
    args,
    environment,
    ...(environment.HOME !== undefined && existsSync(environment.HOME) && { directory: environment.HOME }),
    mark: `${instance}/session`,
    output,
    stopWithin: STOP_WITHIN,
  });
  const stop = async () => {
    await child.stop();
    await endProcessesOf(instance, 'session', STRAYS_WITHIN);
  };
  return { ...child, stop };
}

/** Programs of one session must not talk to those of another: each gets a message bus that ends with it. */
function withOwnBus(command: string[]): string[] {
  if (findProgram('dbus-run-session') !== undefined) return ['dbus-run-session', '--', ...command];
  if (findProgram('dbus-launch') !== undefined) return ['dbus-launch', '--exit-with-session', ...command];
  return command;
}

/** Of the session that we were started from, if any: they would lead programs there. */
const foreignSession = [
  'DBUS_SESSION_BUS_ADDRESS',
  'DESKTOP_STARTUP_ID',
  'PULSE_SINK',
  'PULSE_SOURCE',
  'SESSION_MANAGER',
  'WAYLAND_DISPLAY',
  'XDG_SESSION_ID',
  'XDG_VTNR',
];

async function makeEnvironment(
  { desktop, display, xauthority, pulseServer, stateDir }: DesktopSessionOptions,
  own: NodeJS.ProcessEnv,
): Promise<NodeJS.ProcessEnv> {
  const defaults = join(stateDir, 'xdg');
  await writeDesktopDefaults(defaults);
  const environment: NodeJS.ProcessEnv = {
    ...own,
    ...utf8Locale(own),
    ...desktop.environment,
    DISPLAY: display,
    XDG_SESSION_TYPE: 'x11',
    XDG_CONFIG_DIRS: `${defaults}:${own.XDG_CONFIG_DIRS || '/etc/xdg'}`,
    XDG_RUNTIME_DIR: await runtimeDir(stateDir, own),
  };
  if (xauthority !== undefined) environment.XAUTHORITY = xauthority;
  if (pulseServer !== undefined) environment.PULSE_SERVER = pulseServer;
  for (const name of foreignSession) delete environment[name];
  return environment;
}

/** Containers often have no locale at all, and terminals then show é as rubbish. */
function utf8Locale({ LC_ALL, LC_CTYPE, LANG }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const isUtf8 = /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '');
  return isUtf8 ? {} : { LANG: 'C.UTF-8', LC_ALL: undefined, LC_CTYPE: undefined };
}

/** Sockets and the like of the session; where no login has made a folder for them, ours serves. */
async function runtimeDir(stateDir: string, { XDG_RUNTIME_DIR }: NodeJS.ProcessEnv): Promise<string> {
  if (XDG_RUNTIME_DIR && existsSync(XDG_RUNTIME_DIR)) return XDG_RUNTIME_DIR;
  const folder = join(stateDir, 'runtime');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return folder;
}
