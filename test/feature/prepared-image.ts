import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { addMirror, baseImage, type DebianRelease } from '../support/engine/base-image.ts';
import { command } from '../support/engine/command.ts';
import type { Engine } from '../support/engine/engine.ts';

const packages = fileURLToPath(new URL('../../feature/src/deskside/packages.sh', import.meta.url));

/** What the tests have of each release besides: programs to look at, and what the Dockerfile of `.devcontainer` installs. */
const WANTED: Record<DebianRelease, string> = {
  bookworm: `$(desktop_packages openbox) $(browser_packages chromium) $(browser_packages firefox) $(gpu_packages true) \\
    zstd tini xterm mousepad xclip pulseaudio-utils mesa-utils vulkan-tools`,
  trixie: 'zstd ca-certificates git nodejs npm openssh-client sudo',
};

/** As os-release(5) has them. */
const NUMBERS: Record<DebianRelease, string> = { bookworm: '12', trixie: '13' };

/** With the lists, so that `apt-get update` finds nothing newer and `apt-get install` nothing missing. */
function install(release: DebianRelease): string {
  return `set -e
distribution='debian ${NUMBERS[release]}'
. /packages.sh
apt-get update
DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \\
  $(core_packages) $(sound_packages auto) $(desktop_packages xfce) ${WANTED[release]}
`;
}

/**
 * From now on `debian:RELEASE` has the packages that the feature and its tests want, so that only the tests which are
 * about installing them do so. An engine that is not ours is left as it is. Made once for each content of `packages.sh`,
 * which takes two minutes, and kept by our engine.
 *
 * @returns the image's name in the engine
 */
export async function preparedImage(engine: Engine, release: DebianRelease = 'bookworm'): Promise<string> {
  const base = await baseImage(engine, release);
  if (!engine.own) return base;
  const name = `${prefix(release)}${await contentKey(release)}`;
  if (!(await images(engine)).includes(name)) await prepare(engine, base, release, name);
  return await addMirror(engine, release, name);
}

function prefix(release: DebianRelease): string {
  return `deskside-test/prepared:${release}-`;
}

/** Changes with what is installed. */
async function contentKey(release: DebianRelease): Promise<string> {
  const content = (await readFile(packages, 'utf8')) + install(release);
  return createHash('sha256').update(content).digest('hex').slice(0, 16);
}

async function prepare(engine: Engine, base: string, release: DebianRelease, name: string): Promise<void> {
  await removeOlder(engine, release);
  const container = 'deskside-test-prepare';
  const mount = ['--volume', `${packages}:/packages.sh:ro`];
  await command('docker', ['run', '--name', container, ...mount, base, 'sh', '-c', install(release)], engine);
  await command('docker', ['commit', '--change', 'CMD ["bash"]', container, name], engine);
  await command('docker', ['rm', container], engine);
}

/** Each takes a gigabyte and more. */
async function removeOlder(engine: Engine, release: DebianRelease): Promise<void> {
  const older = (await images(engine)).filter((name) => name.startsWith(prefix(release)));
  if (older.length > 0) await command('docker', ['image', 'rm', '--force', ...older], engine);
}

async function images(engine: Engine): Promise<string[]> {
  const format = '{{.Repository}}:{{.Tag}}';
  return (await command('docker', ['image', 'ls', '--format', format], engine)).trim().split('\n');
}
