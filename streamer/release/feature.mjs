/**
 * The dev container feature with everything that it installs besides the distribution's packages.
 *
 * `node streamer/release/feature.mjs FOLDER` stages it, for a `devcontainer.json` that refers to it.
 */
import { cp, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { megabytes, tarball, writeChecksums } from './archives.mjs';
import { compressedNode } from './node.mjs';
import { ARCHITECTURES, layOutProgram } from './program.mjs';
import { workFolder } from './work-folder.mjs';

const source = fileURLToPath(new URL('../../feature/src/deskside', import.meta.url));

/** What one may ask people to download with a feature, bytes. */
const MAX_BYTES = 65e6;

/**
 * @param {string} program folder of `layOutProgram`
 * @param {string} to folder that is made anew
 * @returns {Promise<number>} bytes of the whole folder
 * @throws Error if it has become too big
 */
export async function stageFeature(program, to) {
  await rm(to, { recursive: true, force: true });
  await cp(source, to, { recursive: true });
  const artifacts = join(to, 'artifacts');
  await mkdir(artifacts);
  await tarball(program, join(artifacts, 'deskside.tar.zst'));
  const nodes = await Promise.all(ARCHITECTURES.map(compressedNode));
  await Promise.all(nodes.map((node, i) => cp(node, join(artifacts, `node-${ARCHITECTURES[i]}.zst`))));
  await writeChecksums(artifacts, await readdir(artifacts));
  const bytes = await sizeOf(to);
  if (bytes > MAX_BYTES) {
    throw new Error(
      `The feature takes ${megabytes(bytes)}, and at most ${megabytes(MAX_BYTES)} are allowed.`,
    );
  }
  return bytes;
}

async function sizeOf(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const stats = await Promise.all(files.map(({ parentPath, name }) => stat(join(parentPath, name))));
  return stats.reduce((sum, { size }) => sum + size, 0);
}

if (import.meta.main) {
  await using work = await workFolder();
  const program = await layOutProgram(join(work.path, 'deskside'));
  const to = resolve(process.argv[2]);
  console.log(`${to}: ${megabytes(await stageFeature(program, to))}`);
}
