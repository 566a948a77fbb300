import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheDirectory } from '../support/cache.ts';
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
  xz-utils tini xterm mousepad xclip pulseaudio-utils mesa-utils vulkan-tools
`;

/**
 * From now on `debian:bookworm` has the packages that the feature and its tests want, so that only the tests which are
 * about installing them do so. An engine that is not ours is left as it is. Made once for each content of `packages.sh`,
 * which takes two minutes.
 *
 * @returns the image's name in the engine
 */
export async function preparedImage(engine: Engine): Promise<string> {
  const base = await baseImage(engine, 'bookworm');
  if (!engine.own) return base;
  const archive = await prepared(engine, base);
  const name = 'deskside-test/prepared:bookworm';
  await command('docker', ['import', '--change', 'CMD ["bash"]', archive, name], engine);
  return await addMirror(engine, 'bookworm', name);
}

/** The file system as a tar archive in the cache. */
async function prepared(engine: Engine, base: string): Promise<string> {
  const key = createHash('sha256')
    .update(await readFile(packages))
    .update(INSTALL)
    .digest('hex')
    .slice(0, 16);
  const archive = join(cacheDirectory, `prepared-bookworm-${key}.tar`);
  if (existsSync(archive)) return archive;
  await mkdir(cacheDirectory, { recursive: true });
  await removeOlder();
  const container = 'deskside-test-prepare';
  const mount = ['--volume', `${packages}:/packages.sh:ro`];
  await command('docker', ['run', '--name', container, ...mount, base, 'sh', '-c', INSTALL], engine);
  await command('docker', ['export', '--output', `${archive}.new`, container], engine);
  await command('docker', ['rm', container], engine);
  await rename(`${archive}.new`, archive);
  return archive;
}

/** Each takes a gigabyte and more. */
async function removeOlder(): Promise<void> {
  const names = (await readdir(cacheDirectory)).filter((name) => name.startsWith('prepared-bookworm-'));
  await Promise.all(names.map((name) => rm(join(cacheDirectory, name))));
}
