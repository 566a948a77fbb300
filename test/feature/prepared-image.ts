import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { addMirror, baseImage } from '../support/engine/base-image.ts';
import { command } from '../support/engine/command.ts';
import type { Engine } from '../support/engine/engine.ts';

const packages = fileURLToPath(new URL('../../feature/src/deskside/packages.sh', import.meta.url));

/** With the lists, so that `apt-get update` finds nothing newer and `apt-get install` nothing missing. */
const INSTALL = `set -e
distribution='debian 12'
. /packages.sh
apt-get update
DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \\
  $(core_packages) $(sound_packages auto) $(desktop_packages xfce) $(desktop_packages openbox) $(browser_packages chromium) \\
  $(browser_packages firefox) $(gpu_packages true) zstd tini xterm mousepad xclip pulseaudio-utils mesa-utils vulkan-tools
`;

/**
 * From now on `debian:bookworm` has the packages that the feature and its tests want, so that only the tests which are
 * about installing them do so. An engine that is not ours is left as it is. Made once for each content of `packages.sh`,
 * which takes two minutes, and kept by our engine.
 *
 * @returns the image's name in the engine
 */
export async function preparedImage(engine: Engine): Promise<string> {
  const base = await baseImage(engine, 'bookworm');
  if (!engine.own) return base;
  const name = `deskside-test/prepared:${await contentKey()}`;
  const known = await command('docker', ['image', 'ls', '--quiet', name], engine);
  if (known.trim() === '') await prepare(engine, base, name);
  return await addMirror(engine, 'bookworm', name);
}

/** Changes with what is installed. */
async function contentKey(): Promise<string> {
  const content = (await readFile(packages, 'utf8')) + INSTALL;
  return createHash('sha256').update(content).digest('hex').slice(0, 16);
}

async function prepare(engine: Engine, base: string, name: string): Promise<void> {
  await removeOlder(engine);
  const container = 'deskside-test-prepare';
  const mount = ['--volume', `${packages}:/packages.sh:ro`];
  await command('docker', ['run', '--name', container, ...mount, base, 'sh', '-c', INSTALL], engine);
  await command('docker', ['commit', '--change', 'CMD ["bash"]', container, name], engine);
  await command('docker', ['rm', container], engine);
}

/** Each takes a gigabyte and more. */
async function removeOlder(engine: Engine): Promise<void> {
  const older = await command('docker', ['image', 'ls', '--quiet', 'deskside-test/prepared'], engine);
  const ids = older.split('\n').filter((id) => id !== '');
  if (ids.length > 0) await command('docker', ['image', 'rm', '--force', ...ids], engine);
}
