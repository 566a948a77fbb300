/** The Node that travels with the streamer: npm's own binary, without symbols. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { zstd } from './archives.mjs';
import { cache, fetchPackage } from './packages.mjs';

const run = promisify(execFile);

/** By `process.arch`: Debian's prefix of its binutils. */
const TRIPLETS = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' };

/** @param {string} arch as in `process.arch` */
export async function nodePackage(arch) {
  return await fetchPackage(`node-linux-${arch}`);
}

/** @returns {Promise<string>} path of the binary */
export async function strippedNode(arch) {
  const { folder, version } = await nodePackage(arch);
  const stripped = join(cache, `node-${version}-${arch}`);
  if (existsSync(stripped)) return stripped;
  await strip(join(folder, 'bin/node'), `${stripped}.new`, arch);
  await rename(`${stripped}.new`, stripped);
  return stripped;
}

/** @returns {Promise<string>} path of the compressed binary; made once a version, since it takes more than a minute */
export async function compressedNode(arch) {
  const stripped = await strippedNode(arch);
  const compressed = `${stripped}.zst`;
  if (!existsSync(compressed)) await zstd(stripped, compressed);
  return compressed;
}

async function strip(from, to, arch) {
  const tool = `${TRIPLETS[arch]}-strip`;
  await run(tool, ['-o', to, from]).catch((error) => {
    const hint = `apt-get install binutils-${TRIPLETS[arch].replaceAll('_', '-')}`;
    throw error.code === 'ENOENT' ? new Error(`${tool} is not installed: ${hint}`) : error;
  });
}
