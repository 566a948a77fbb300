/**
 * What the npm scripts run: installs what a task needs and is missing, says so, and does the task under the pinned Node.
 * Plain Node (20 or newer) without dependencies, since nothing is installed yet.
 *
 *   node setup.mjs TASK [-- ARGUMENTS OF THE TASK]
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** @typedef {{ title: string, command: string[], forPerson?: boolean }} Step */
/** @typedef {{ packages: (keyof typeof packageGroups)[], steps: (args: string[]) => Step[] }} Task */

const root = fileURLToPath(new URL('.', import.meta.url));
const modules = join(root, 'node_modules');
const pinnedNode = join(modules, '.bin/node');

/** Tells which lock file node_modules was made from. */
const stamp = join(modules, '.deskside-lock.sha256');

/** Debian packages by purpose, under their names in Debian 12 and 13. Run there. */
const packageGroups = {
  /** What a desktop runs on: X server, GStreamer, XFCE, sound. */
  desktop: [
    ...['xvfb', 'xauth', 'x11-xkb-utils', 'x11-xserver-utils', 'fonts-dejavu-core', 'fonts-noto-color-emoji'],
    ...['gstreamer1.0-plugins-base', 'gstreamer1.0-plugins-good', 'gstreamer1.0-plugins-bad'],
    ...[
      'gstreamer1.0-plugins-ugly',
      'gstreamer1.0-libav',
      'libyuv0',
      'libxxhash0',
      'libdeflate0',
      'pulseaudio',
      'pulseaudio-utils',
    ],
    ...['libxcb1', 'libxcb-damage0', 'libxcb-shm0', 'libxcb-xfixes0'],
    ...[
      'dbus',
      'dbus-x11',
      'xfce4-session',
      'xfwm4',
      'xfce4-panel',
      'xfdesktop4',
      'xfce4-settings',
      'xfce4-appfinder',
    ],
    ...['xfce4-terminal', 'thunar', 'adwaita-icon-theme', 'procps'],
  ],
  /** Browsers, desktop programs and servers that the tests drive. */
  test: [
    ...[
      'chromium',
      'firefox-esr',
      'xterm',
      'openbox',
      'mousepad',
      'ristretto',
      'tumbler',
      'x11-utils',
      'xclip',
      'xdotool',
      'sox',
      'espeak-ng',
    ],
    ...[
      'gstreamer1.0-tools',
      'pipewire',
      'pipewire-pulse',
      'wireplumber',
      'coturn',
      'nginx-light',
      'socat',
      'openssh-client',
    ],
    ...[
      'openssh-server',
      'iproute2',
      'iptables',
      'docker.io',
      'docker-compose',
      'debootstrap',
      'postgresql',
      'git',
      'unzip',
      'openssl',
    ],
  ],
  /** Strips and packs Node for each architecture. */
  release: ['binutils-aarch64-linux-gnu', 'binutils-x86-64-linux-gnu', 'zstd'],
};

/** Other names on other systems; those of Ubuntu were not run. @type {Record<string, Record<string, string | string[] | undefined>>} */
const otherNames = {
  // The engine's command line is a package of its own there.
  'debian 13': { 'docker.io': ['docker.io', 'docker-cli'] },
  // Ubuntu's own chromium and firefox-esr are snaps or missing, which containers cannot have: install .deb ones.
  'ubuntu 22.04': { chromium: undefined, 'firefox-esr': undefined },
  'ubuntu 24.04': { chromium: undefined, 'firefox-esr': undefined },
};
const testedSystems = ['debian 12', 'debian 13'];

/** @type {Record<string, Task>} */
const tasks = {
  run: {
    packages: ['desktop'],
    steps: (args) => [
      buildPage,
      { title: 'desktop', command: ['streamer/bin/deskside.mjs', 'run', ...args] },
    ],
  },
  test: {
    packages: ['desktop', 'test', 'release'],
    steps: (args) => [buildPage, step('tests', 'node_modules/vitest/vitest.mjs', 'run', ...args)],
  },
  check: {
    packages: [],
    steps: () => [
      ...projects().map((project) =>
        step(`types of ${project}`, 'node_modules/typescript/bin/tsc', '-p', project),
      ),
      step('lint and format', 'node_modules/@biomejs/biome/bin/biome', 'check'),
      step('dead code', 'node_modules/knip/bin/knip.js'),
      step('size of the page', 'client/viewer/check-size.mjs'),
    ],
  },
  bench: {
    packages: ['desktop', 'test'],
    steps: (args) => [buildStreamer, step('bench', 'test/bench/main.ts', ...args)],
  },
  build: { packages: [], steps: () => [buildPage, buildStreamer] },
  release: { packages: ['release'], steps: () => [buildPage, step('release', 'streamer/release.mjs')] },
  'stage-feature': {
    packages: ['release'],
    steps: () => [step('feature', 'streamer/release/feature.mjs', '.devcontainer/deskside')],
  },
};

const buildPage = step('page', 'client/viewer/build.mjs');
const buildStreamer = step('streamer', 'streamer/build.mjs');

process.exitCode = await main(process.argv.slice(2));

/** @param {string[]} argv */
async function main([name = '', ...given]) {
  const task = tasks[name];
  if (task === undefined) {
    console.error(`setup.mjs knows no task "${name}". Allowed: ${Object.keys(tasks).join(', ')}.`);
    return 2;
  }
  installNpmPackages();
  installDebianPackages(task.packages.flatMap((group) => packageGroups[group]));
  const args = given[0] === '--' ? given.slice(1) : given;
  return name === 'check' ? runAll(task.steps(args)) : runUntilFailure(task.steps(args));
}

/** @param {string} title @param {string[]} command @returns {Step} */
function step(title, ...command) {
  return { title, command };
}

/** Every project with a tsconfig.json, each checked with its own libraries: no DOM in the streamer, no Node in the page. */
function projects() {
  const folders = ['.', 'client/protocol', 'client/viewer', 'client/coder', 'streamer', 'extension', 'test'];
  return folders.filter((folder) => existsSync(join(root, folder, 'tsconfig.json')));
}

function installNpmPackages() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const fresh = existsSync(stamp) && existsSync(pinnedNode) && readFileSync(stamp, 'utf8') === lock;
  if (fresh) return;
  const first = !existsSync(modules);
  say(
    first
      ? 'Installing the npm packages of package-lock.json.'
      : 'Bringing the npm packages up to package-lock.json.',
  );
  // Not `npm ci`: it refuses a lock file that lacks packages for systems other than Linux, as registries may.
  const args = ['install', '--no-save', '--loglevel=error'];
  const npm = process.env.npm_execpath;
  const [command, ...front] = npm?.endsWith('.js') ? [process.execPath, npm] : ['npm'];
  must(
    spawnSync(/** @type {string} */ (command), [...front, ...args], { cwd: root, stdio: 'inherit' }),
    'npm',
  );
  writeFileSync(stamp, lock);
}

/** @param {string[]} wanted */
function installDebianPackages(wanted) {
  if (wanted.length === 0) return;
  const missing = missingPackages(namesHere(wanted));
  if (missing.length === 0) return;
  const install = ['apt-get', 'install', '-y', '--no-install-recommends', ...missing];
  const privilege = findPrivilege();
  if (privilege === undefined) {
    console.error(
      'Some Debian packages are missing and only root may install them. Run this, then try again:\n',
    );
    console.error(`  apt-get update && ${install.join(' ')}\n`);
    process.exit(1);
  }
  say(`Installing the Debian packages that are missing: ${missing.join(' ')}`);
  for (const command of [
    ['apt-get', 'update', '-q'],
    [...install, '-q', '-o', 'DPkg::Lock::Timeout=300'],
  ]) {
    const [program, ...args] = [...privilege, 'env', 'DEBIAN_FRONTEND=noninteractive', ...command];
    must(
      spawnSync(/** @type {string} */ (program), args, { stdio: ['ignore', 'inherit', 'inherit'] }),
      command.join(' '),
    );
  }
}

/** @param {string[]} wanted */
function namesHere(wanted) {
  const system = systemName();
  if (!testedSystems.includes(system)) {
    const table = otherNames[system] === undefined ? 'names of Debian 12' : 'a table of package names';
    say(`This is ${system}: there is ${table} for it, which was not run.`);
  }
  const names = otherNames[system] ?? {};
  return wanted.flatMap((name) => (name in names ? (names[name] ?? []) : [name]));
}

/** `debian 12`, from os-release(5). */
function systemName() {
  const text = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  /** @param {string} key */
  const field = (key) => new RegExp(`^${key}="?([^"\\n]*)"?$`, 'm').exec(text)?.[1] ?? 'unknown';
  return `${field('ID')} ${field('VERSION_ID')}`;
}

/** @param {string[]} names */
function missingPackages(names) {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own format
  const format = '${Package} ${db:Status-Status}\\n';
  const query = spawnSync('dpkg-query', ['-W', '-f', format, ...names], {
    encoding: 'utf8',
  });
  if (query.error) {
    say(`This system has no dpkg: make sure that it has what Debian calls ${names.join(' ')}.`);
    return [];
  }
  const installed = new Set(query.stdout.split('\n').filter((line) => line.endsWith(' installed')));
  return names.filter((name) => !installed.has(`${name} installed`));
}

/** What goes in front of a command that needs root; undefined if there is no way. */
function findPrivilege() {
  if (process.getuid?.() === 0) return [];
  // Without a terminal nobody could type a password.
  const sudo = process.stdin.isTTY ? ['sudo'] : ['sudo', '-n'];
  const [program, ...args] = [...sudo, 'true'];
  const allowed = spawnSync(/** @type {string} */ (program), args, {
    stdio: ['inherit', 'ignore', 'ignore'],
  });
  return allowed.status === 0 ? sudo : undefined;
}

/** @param {Step[]} steps */
async function runUntilFailure(steps) {
  for (const step of steps) {
    const code = await run(step);
    if (code !== 0) return code;
  }
  return 0;
}

/** One step's failure does not hide another's. @param {Step[]} steps */
async function runAll(steps) {
  const failed = [];
  for (const step of steps) {
    say(step.title);
    if ((await run(step)) !== 0) failed.push(step.title);
  }
  say(failed.length === 0 ? 'All is fine.' : `Not fine: ${failed.join(', ')}.`);
  return failed.length === 0 ? 0 : 1;
}

/** Runs a script under the pinned Node; signals that reach us reach it. @param {Step} step */
async function run({ command: [script = '', ...args], forPerson }) {
  const where = forPerson
    ? { cwd: process.env.INIT_CWD, env: personsEnvironment() }
    : { cwd: root, env: toolsEnvironment() };
  const child = spawn(pinnedNode, [join(root, script), ...args], { ...where, stdio: 'inherit' });
  // Ctrl+C reaches the child by itself, from the terminal; we only have to outlive it.
  process.on('SIGINT', () => {});
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP']))
    process.on(signal, () => child.kill(signal));
  return /** @type {number} */ (
    await new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)))
  );
}

/** The pinned Node and the tools come first. */
function toolsEnvironment() {
  return { ...process.env, PATH: `${join(modules, '.bin')}${delimiter}${process.env.PATH}` };
}

/** Without what npm adds for scripts: terminals on the desktop inherit it. */
function personsEnvironment() {
  const isNpms = /^(npm_|INIT_CWD$|NODE$|COLOR$)/;
  const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !isNpms.test(name)));
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'));
  return { ...environment, PATH: path.join(delimiter) };
}

/** @param {import('node:child_process').SpawnSyncReturns<Buffer>} result @param {string} what */
function must({ status, error }, what) {
  if (status === 0) return;
  console.error(
    `${what} failed${error ? ` (${error.message})` : ''}: what it printed above says why. Mend that, then try again.`,
  );
  process.exit(1);
}

/** @param {string} line */
function say(line) {
  console.log(`→ ${line}`);
}
