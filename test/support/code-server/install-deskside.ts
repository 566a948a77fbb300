import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DESKSIDE } from '../streamer.ts';

/**
 * Puts the program of this tree where an editor finds it whatever the login shell makes of PATH, with a Node of its
 * own as what ships has.
 *
 * @param program another than the one that is run from its sources, such as a built one
 * @returns its path
 */
export async function installDeskside(home: string, program = DESKSIDE): Promise<string> {
  const bin = join(home, '.local/bin');
  await mkdir(bin, { recursive: true });
  const path = join(bin, 'deskside');
  await writeFile(path, `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`, { mode: 0o755 });
  return path;
}
