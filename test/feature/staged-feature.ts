import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { command } from '../support/engine/command.ts';
import type { Engine } from '../support/engine/engine.ts';

const repository = fileURLToPath(new URL('../../', import.meta.url));

/** The CLI that stands in package.json. */
export const DEVCONTAINER = join(repository, 'node_modules/.bin/devcontainer');

/** Builds the feature of this tree, with the streamer of this tree inside, into a folder. */
export async function stageFeature(folder: string): Promise<void> {
  await command(process.execPath, [join(repository, 'streamer/release/feature.mjs'), folder]);
}

/** A folder as `devcontainer features test` wants it: `src/` and `test/`. */
export async function stageProject(folder: string): Promise<void> {
  await stageFeature(join(folder, 'src/deskside'));
  await cp(join(repository, 'feature/test'), join(folder, 'test'), { recursive: true });
}

/**
 * `devcontainer features test`.
 *
 * @param project from `stageProject`
 * @throws Error with the whole report if a check failed
 */
export async function testFeature(
  engine: Engine,
  project: string,
  image: string,
  flags: string[],
): Promise<string> {
  const subject = ['--project-folder', project, '--features', 'deskside', '--base-image', image];
  return await command(DEVCONTAINER, ['features', 'test', ...subject, ...flags], engine);
}
