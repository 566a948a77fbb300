import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where a file is kept (XDG Base Directory Specification) that is made again when it is lost. */
export function cacheFile(name: string, { XDG_CACHE_HOME }: NodeJS.ProcessEnv): string {
  return join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'deskside', name);
}
