import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { command } from './engine/command.ts';

/**
 * A file that takes long to build and is kept in the cache. Where it is missing, `builder` (a program
 * whose argument is the path) makes it: one process builds while others wait for its lock. Says how long it took.
 */
export async function kept(path: string, builder: string): Promise<string> {
  if (existsSync(path)) return path;
  await mkdir(dirname(path), { recursive: true });
  const began = performance.now();
  await command('flock', [`${path}.lock`, process.execPath, builder, path]);
  console.log(`built ${path} in ${((performance.now() - began) / 1000).toFixed(0)} s`);
  return path;
}
