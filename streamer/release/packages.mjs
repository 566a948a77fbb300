/** Packages for other processors, which npm does not install here: fetched, and held against the lock file's hashes. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What a release fetches or compresses once and keeps. */
export const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'deskside/release');

const lockFile = new URL('../../package-lock.json', import.meta.url);

/**
 * @param {string} name of a package in the lock file
 * @returns {Promise<{version: string, folder: string}>} where it lies, unpacked
 * @throws Error if what the registry gives is not what the lock file says
 */
export async function fetchPackage(name) {
  const { packages } = JSON.parse(await readFile(lockFile, 'utf8'));
  const { version, integrity } = packages[`node_modules/${name}`];
  const folder = join(cache, `${name.replace('/', '-')}-${version}`);
  if (!existsSync(folder)) await unpack(`${name}@${version}`, integrity, folder);
  return { version, folder };
}

/** Beside `folder` first, and there when it is whole. */
async function unpack(specifier, integrity, folder) {
  await mkdir(cache, { recursive: true });
  const fresh = await mkdtemp(`${folder}.`);
  try {
    const { stdout } = await run('npm', ['pack', specifier, '--json', '--pack-destination', fresh]);
    const archive = join(fresh, JSON.parse(stdout)[0].filename);
    await verify(archive, integrity);
    await run('tar', ['--extract', '--file', archive, '--directory', fresh]);
    await rename(join(fresh, 'package'), folder);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

/** Subresource Integrity, as in lock files: `sha512-` and base64. */
async function verify(archive, integrity) {
  const found = `sha512-${createHash('sha512')
    .update(await readFile(archive))
    .digest('base64')}`;
  if (found === integrity) return;
  throw new Error(
    `${archive} has the hash ${found}, and package-lock.json says ${integrity}: it is not used.`,
  );
}
