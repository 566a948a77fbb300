import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const EXTENSION = fileURLToPath(new URL('../../../extension/', import.meta.url));

/** Builds the extension and packs it as it ships. @returns path of the `.vsix` */
export async function packExtension(folder: string): Promise<string> {
  const run = promisify(execFile);
  await run(process.execPath, [join(EXTENSION, 'build.mjs')]);
  const target = join(folder, 'deskside.vsix');
  const vsce = fileURLToPath(new URL('../../../node_modules/.bin/vsce', import.meta.url));
  await run(vsce, ['package', '--no-dependencies', '-o', target], { cwd: EXTENSION });
  return target;
}
