/** What cannot work is refused while the image is built: with a reason, a next step and an exit code. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cacheDirectory } from '../support/cache.ts';
import { baseImage } from '../support/engine/base-image.ts';
import { command } from '../support/engine/command.ts';
import { type Engine, startEngine } from '../support/engine/engine.ts';
import { stageFeature } from './staged-feature.ts';
import { temporaryFolder } from './temporary-folder.ts';

const stack = new AsyncDisposableStack();
let engine: Engine;
let feature: string;

beforeAll(async () => {
  engine = stack.use(await startEngine());
  feature = join(stack.use(await temporaryFolder()).path, 'deskside');
  await stageFeature(feature);
  await baseImage(engine, 'bookworm');
}, 300_000);
afterAll(() => stack.disposeAsync());

/** @returns what install.sh printed when it refused; @throws Error if it did not */
async function refusal(options: Record<string, string>, { before = 'true', flags = [] as string[] } = {}) {
  const environment = Object.entries(options).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
  const install = `cp --recursive /feature /tmp/feature && { ${before}; } && exec /tmp/feature/install.sh`;
  const run = ['run', '--rm', '--volume', `${feature}:/feature:ro`, ...environment, ...flags];
  const installed = command('docker', [...run, 'debian:bookworm', 'sh', '-c', install], engine);
  return await installed.then(
    (output) => Promise.reject(new Error(`Was installed:\n${output}`)),
    (error: Error) => error.message,
  );
}

test.each([
  [{ DESKTOP: 'gnome' }, 'desktop is "gnome". Allowed: xfce, openbox, none.'],
  [{ BROWSER: 'opera' }, 'browser is "opera". Allowed: none, chromium, firefox.'],
  [{ GPU: 'nvidia' }, 'gpu is "nvidia". Allowed: true, false.'],
  [{ AUTOSTART: 'maybe' }, 'autostart is "maybe". Allowed: true, false.'],
  [{ APPS: 'mousepad; reboot' }, 'apps is "mousepad; reboot". Allowed: names of packages'],
  [{ APPS: '--allow-downgrades' }, 'apps is "--allow-downgrades". Allowed: names of packages'],
])('%o', async (options, reason) => {
  expect(await refusal(options)).toContain(reason);
});

test('settings that the streamer does not take, all at once', async () => {
  const reason = await refusal({ SIZE: 'big', FPS: '0', PORT: '99999' });
  expect(reason).toMatch(/DESKSIDE_SIZE .*"big"\. Allowed: WIDTHxHEIGHT/);
  expect(reason).toMatch(/DESKSIDE_FPS .*"0"\. Allowed: 1 to 240/);
  expect(reason).toMatch(/DESKSIDE_PORT .*"99999"\. Allowed: 0 to 65535/);
});

test('a package that does not exist', async () => {
  const reason = await refusal({ DESKTOP: 'none', APPS: 'no-such-package' });
  expect(reason).toContain('Unable to locate package no-such-package');
  expect(reason).toContain('Deskside cannot be installed: apt could not install all of');
});

test('a distribution that is not supported', async () => {
  const before = `printf 'ID=fedora\\nVERSION_ID=41\\nPRETTY_NAME="Fedora Linux 41"\\n' >/etc/os-release`;
  expect(await refusal({}, { before })).toContain(
    'Fedora Linux 41 is not supported. Choose an image of Debian 12 or 13, or of Ubuntu 22.04 or 24.04.',
  );
});

test('a browser on Ubuntu, where it is a snap', async () => {
  const before = `printf 'ID=ubuntu\\nVERSION_ID=24.04\\n' >/etc/os-release`;
  expect(await refusal({ BROWSER: 'firefox' }, { before })).toContain('Ubuntu has firefox as a snap only');
});

test('no network', async () => {
  const reason = await refusal({}, { flags: ['--network', 'none'] });
  expect(reason).toContain('the package lists could not be fetched');
});

test('desktop-lite in the same image', async () => {
  const reason = await refusal({}, { before: 'touch /usr/local/share/desktop-init.sh' });
  expect(reason).toContain('Remove "desktop-lite" from devcontainer.json.');
});

test('a user who is not root', async () => {
  expect(await refusal({}, { flags: ['--user', '1000'] })).toContain('install.sh needs root');
});

test('a damaged download', async () => {
  const before = 'echo rubbish >>/tmp/feature/artifacts/deskside.tar.zst';
  expect(await refusal({}, { before })).toContain('a file of the feature is damaged');
});

test('the source without the streamer', async () => {
  const reason = await refusal({}, { before: 'rm -r /tmp/feature/artifacts' });
  expect(reason).toContain('`npm run release` puts the two together');
});

test.runIf(process.getuid?.() === 0)('a full disk', async () => {
  await using disk = new AsyncDisposableStack();
  const root = disk.use(await temporaryFolder()).path;
  await command('mount', ['-t', 'tmpfs', '-o', 'size=400m', 'tmpfs', root]);
  disk.defer(async () => void (await command('umount', [root])));
  const archive = join(cacheDirectory, 'debian-bookworm.tar');
  await command('tar', ['--extract', '--file', archive, '--directory', root]);
  await mkdir(join(root, 'tmp/feature'));
  await command('cp', ['--recursive', `${feature}/.`, join(root, 'tmp/feature')]);
  const installed = command('chroot', [root, '/tmp/feature/install.sh']);
  await expect(installed).rejects.toThrow(/there are \d+ MB left on the disk, and 1500 MB are needed/);
});
