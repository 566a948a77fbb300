/** The streamer as it lies on a disk, without Node: the same files for all architectures. */
import { chmod, cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildStreamer, copyKoffiBinary } from '../build.mjs';
import { SMALL_HEAP, TIDY_MALLOC } from '../src/small-process.ts';
import { nodePackage } from './node.mjs';
import { fetchPackage } from './packages.mjs';

/** As in `process.arch`. */
export const ARCHITECTURES = ['x64', 'arm64'];

const licence = fileURLToPath(new URL('../../LICENSE', import.meta.url));

/**
 * @param {string} folder that does not exist yet; its `bin/` lacks `node`
 * @returns {Promise<string>} that folder
 */
export async function layOutProgram(folder) {
  const lib = join(folder, 'lib');
  await buildStreamer(lib);
  for (const arch of ARCHITECTURES) {
    const { folder: from } = await fetchPackage(`@koromix/koffi-linux-${arch}`);
    await copyKoffiBinary(from, arch, lib);
  }
  await mkdir(join(folder, 'bin'));
  await writeFile(join(folder, 'bin/deskside'), LAUNCHER);
  await chmod(join(folder, 'bin/deskside'), 0o755);
  await cp(licence, join(folder, 'LICENSE'));
  const { folder: node } = await nodePackage(process.arch);
  await cp(join(node, 'LICENSE'), join(folder, 'LICENSE-node'));
  return folder;
}

const VARIABLES = Object.entries(TIDY_MALLOC).map(([name, value]) => `${name}=${value}`);

/** Finds its own folder also through a symbolic link in somebody's PATH. */
const LAUNCHER = `#!/bin/sh
home=$(dirname "$(dirname "$(readlink -f "$0")")")
${VARIABLES.join(' ')} exec "$home/bin/node" ${SMALL_HEAP} "$home/lib/deskside.mjs" "$@"
`;
