import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheDirectory } from '../cache.ts';
import { command } from './command.ts';
import { type DebianMirror, debianMirror } from './debian-mirror.ts';
import type { Engine } from './engine.ts';

/** Releases that debootstrap of either one can make. */
export type DebianRelease = 'bookworm' | 'trixie';

/**
 * `debian:bookworm` or `debian:trixie`. In an engine of our own that is a minimal system from Debian's mirror instead of
 * a registry, which also knows how this machine reaches that mirror; the first time takes about half a minute.
 *
 * @returns the image's name in the engine
 */
export async function baseImage(engine: Engine, release: DebianRelease): Promise<string> {
  if (!engine.own) return `debian:${release}`;
  const mirror = await debianMirror();
  const bare = `deskside-test/bare:${release}`;
  await importBare(engine, release, bare, mirror);
  return await addMirror(engine, release, bare);
}

async function importBare(engine: Engine, release: DebianRelease, name: string, mirror: DebianMirror) {
  const known = await command('docker', ['image', 'ls', '--quiet', name], engine);
  if (known.trim() !== '') return;
  const archive = await bootstrapped(release, mirror);
  await command('docker', ['import', '--change', 'CMD ["bash"]', archive, name], engine);
}

/** The root file system as a tar archive in the cache. */
async function bootstrapped(release: DebianRelease, mirror: DebianMirror): Promise<string> {
  const archive = join(cacheDirectory, `debian-${release}.tar`);
  if (existsSync(archive)) return archive;
  await mkdir(cacheDirectory, { recursive: true });
  await using stack = new AsyncDisposableStack();
  const root = await mkdtemp(join(cacheDirectory, `debian-${release}-`));
  stack.defer(() => rm(root, { recursive: true, force: true }));
  const env = mirror.proxy === undefined ? process.env : { ...process.env, http_proxy: mirror.proxy };
  await command('debootstrap', ['--variant=minbase', release, root, mirror.archive], { env });
  const left = ['./var/cache/apt/archives/*.deb', './var/lib/apt/lists/*', './dev/*', './proc/*', './sys/*'];
  const exclude = left.map((pattern) => `--exclude=${pattern}`);
  await command('tar', ['--directory', root, ...exclude, '--create', '--file', `${archive}.new`, '.']);
  await rename(`${archive}.new`, archive);
  return archive;
}

/**
 * Makes an image `debian:RELEASE` by telling another one this machine's way to the mirror. That is a layer of its own,
 * so that nothing else has to be made anew when the way changes.
 *
 * @returns the name of the image that is made
 */
export async function addMirror(engine: Engine, release: DebianRelease, from: string): Promise<string> {
  const mirror = await debianMirror();
  await using stack = new AsyncDisposableStack();
  const context = await mkdtemp(join(tmpdir(), 'deskside-image-'));
  stack.defer(() => rm(context, { recursive: true, force: true }));
  await mkdir(join(context, 'apt'));
  await mkdir(join(context, 'certificates'));
  const sources = [
    `deb ${mirror.archive} ${release} main`,
    `deb ${mirror.archive} ${release}-updates main`,
    `deb ${mirror.security} ${release}-security main`,
  ];
  await writeFile(join(context, 'apt/sources.list'), `${sources.join('\n')}\n`);
  await mkdir(join(context, 'apt/apt.conf.d'));
  await writeFile(join(context, 'apt/apt.conf.d/90machine'), `${mirror.configuration}\n${IMAGE_HABITS}`);
  await copyCertificates(join(context, 'certificates'));
  await writeFile(
    join(context, 'Dockerfile'),
    `FROM ${from}\nCOPY apt /etc/apt\nCOPY certificates /usr/local/share/ca-certificates\n`,
  );
  const name = `debian:${release}`;
  await command('docker', ['build', '--quiet', '--tag', name, context], engine);
  return name;
}

/** As in Debian's official images: no archives kept, no translations; and no fsync, which images don't need. */
const IMAGE_HABITS = `DPkg::Post-Invoke {"rm -f /var/cache/apt/archives/*.deb || true";};
Acquire::Languages "none";
DPkg::Options:: "--force-unsafe-io";
`;

/** Those that this machine trusts besides the usual ones, such as a company's proxy. */
async function copyCertificates(to: string): Promise<void> {
  const own = '/usr/local/share/ca-certificates';
  if (existsSync(own)) await cp(own, to, { recursive: true });
}
