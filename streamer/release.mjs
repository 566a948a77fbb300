/**
 * Makes `dist/`: everything that ships, and its checksums.
 * - `deskside-VERSION-linux-ARCH.tar.gz`: unpack anywhere and run `bin/deskside`
 * - `feature/`: the dev container feature and its scenarios, for `devcontainer features test` and `… publish`
 * - `devcontainer-feature-deskside.tgz`: the feature as one file
 * - `deskside-coder-VERSION.tgz`: the client of Coder's API, for `npm publish`
 */
import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { buildCoderClient } from '../client/coder/build.mjs';
import { megabytes, tarball, writeChecksums } from './release/archives.mjs';
import { stageFeature } from './release/feature.mjs';
import { strippedNode } from './release/node.mjs';
import { ARCHITECTURES, layOutProgram } from './release/program.mjs';
import { workFolder } from './release/work-folder.mjs';

const run = promisify(execFile);

const repository = fileURLToPath(new URL('..', import.meta.url));
const dist = join(repository, 'dist');

export async function release() {
  await rm(dist, { recursive: true, force: true });
  await mkdir(dist);
  await using work = await workFolder();
  const program = await layOutProgram(join(work.path, 'deskside'));
  await Promise.all(ARCHITECTURES.map((arch) => packStandalone(program, arch, work.path)));
  await packFeature(program, work.path);
  await packCoderClient(work.path);
  await writeChecksums(dist, await filesOf(dist));
  for (const name of await filesOf(dist))
    console.log(`${name}  ${megabytes((await stat(join(dist, name))).size)}`);
}

async function packStandalone(program, arch, work) {
  const name = `deskside-${await version()}-linux-${arch}`;
  const folder = join(work, name);
  await cp(program, folder, { recursive: true });
  await cp(await strippedNode(arch), join(folder, 'bin/node'));
  await chmod(join(folder, 'bin/node'), 0o755);
  await tarball(folder, join(dist, `${name}.tar.gz`));
}

async function packFeature(program, work) {
  const folder = join(dist, 'feature');
  await stageFeature(program, join(folder, 'src/deskside'));
  await cp(join(repository, 'feature/test'), join(folder, 'test'), { recursive: true });
  const packed = join(work, 'packed');
  await run('devcontainer', ['features', 'package', '--output-folder', packed, join(folder, 'src')]);
  await cp(packed, dist, { recursive: true });
}

async function packCoderClient(work) {
  const folder = await buildCoderClient(join(work, 'coder'));
  await run('npm', ['pack', folder, '--pack-destination', dist]);
}

async function filesOf(folder) {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

async function version() {
  return JSON.parse(await readFile(join(repository, 'package.json'), 'utf8')).version;
}

if (import.meta.main) await release();
