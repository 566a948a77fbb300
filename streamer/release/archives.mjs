/** Archives that come out the same, byte for byte, from the same files. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Of every file in an archive, so that the same content gives the same bytes: the start of 2026 in UTC. */
const TIME = '--mtime=@1767225600';

/**
 * @param {string} folder what is packed, with its own name at the top
 * @param {string} file to be written; its ending says how it is compressed, `.tar.gz` or `.tar.zst`
 */
export async function tarball(folder, file) {
  const owner = ['--owner=0', '--group=0', '--numeric-owner'];
  const plain = file.replace(/\.(gz|zst)$/, '');
  const content = ['--directory', dirname(folder), basename(folder)];
  await run('tar', ['--sort=name', ...owner, TIME, '--create', '--file', plain, ...content]);
  await (file.endsWith('.zst') ? zstd(plain, file) : gzip(plain, file));
  await rm(plain);
}

/** An eighth bigger than the smallest, and unpacked ten times as fast: people wait for that at every build. */
export async function zstd(from, to) {
  await run('zstd', ['--ultra', '-22', '--threads=0', '--quiet', '--force', from, '-o', `${to}.new`]);
  await rename(`${to}.new`, to);
}

/** For places that may have no zstd. */
async function gzip(from, to) {
  await run('sh', ['-c', 'gzip -9 --no-name --stdout "$1" > "$2"', 'sh', from, to]);
}

/** Writes `SHA256SUMS` beside the files, for `sha256sum --check`. */
export async function writeChecksums(folder, files) {
  const lines = await Promise.all(
    files.map(async (file) => `${await sha256(join(folder, file))}  ${file}\n`),
  );
  await writeFile(join(folder, 'SHA256SUMS'), lines.join(''));
}

/** A size for people. */
export function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

async function sha256(file) {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}
