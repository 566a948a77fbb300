import { homedir } from 'node:os';
import { join } from 'node:path';

/** What tests fetch or build once and keep: may be deleted at any time while none runs. */
export const cacheDirectory = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'deskside');
