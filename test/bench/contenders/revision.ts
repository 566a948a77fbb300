import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheDirectory } from '../../support/cache.ts';
import { command } from '../../support/engine/command.ts';
import { kept } from '../../support/kept.ts';
import type { Contender } from './contender.ts';
import { desksideAt } from './deskside.ts';

const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * Deskside as it was at a commit, built in the cache.
 *
 * @param revision anything that names a commit to git
 * @throws Error if git knows no such commit
 */
export async function revisionOf(revision: string): Promise<Contender> {
  const named = ['-C', REPOSITORY, 'rev-parse', '--verify', `${revision}^{commit}`];
  const commit = (await command('git', named)).trim();
  const marker = join(cacheDirectory, 'revisions', `${commit}.built`);
  await kept(marker, import.meta.filename);
  return desksideAt(join(folderOf(marker), 'streamer/dist/deskside.mjs'), `commit ${commit.slice(0, 8)}`);
}

function folderOf(marker: string): string {
  return marker.replace(/\.built$/, '');
}

async function build(marker: string): Promise<void> {
  if (existsSync(marker)) return;
  const folder = folderOf(marker);
  const commit = folder.split('/').at(-1)!;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const archive = spawn('git', ['-C', REPOSITORY, 'archive', commit], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const unpack = spawn('tar', ['-x', '-C', folder], { stdio: [archive.stdout, 'inherit', 'inherit'] });
  const [code] = await once(unpack, 'exit');
  if (code !== 0) throw new Error(`The files of ${commit} could not be unpacked.`);
  await command(process.execPath, ['setup.mjs', 'build'], { cwd: folder });
  await writeFile(marker, '');
}

if (import.meta.main) await build(process.argv[2]!);
