import { readFile } from 'node:fs/promises';
import { homedir, hostname } from 'node:os';
import { join } from 'node:path';

/** What an X client shows to be let in. Empty strings: nothing. */
export interface Cookie {
  name: string;
  /** Bytes as Latin-1. */
  data: string;
}

interface Entry extends Cookie {
  family: number;
  address: string;
  display: string;
}

const COOKIE_NAME = 'MIT-MAGIC-COOKIE-1';
/** Families of Xauth(5): any address at all, and this machine by its host name. */
const FAMILY_WILD = 0xffff;
const FAMILY_LOCAL = 256;

/** The cookie for a display of this machine, from `file`, else `$XAUTHORITY`, else `~/.Xauthority`. */
export async function findCookie(displayNumber: number, file?: string): Promise<Cookie> {
  const path = file ?? process.env.XAUTHORITY ?? join(homedir(), '.Xauthority');
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return Buffer.alloc(0);
    throw new Error(`Cannot read the X cookies in ${path}: ${error.message}. Check who owns the file.`);
  });
  return pickCookie(parseXauthority(bytes), displayNumber, hostname()) ?? { name: '', data: '' };
}

/** Entries of an Xauthority file, up to the first that is cut off. */
export function parseXauthority(bytes: Buffer): Entry[] {
  const entries: Entry[] = [];
  let offset = 0;
  const field = (): string | undefined => {
    if (offset + 2 > bytes.length) return undefined;
    const start = offset + 2;
    offset = start + bytes.readUInt16BE(offset);
    return offset > bytes.length ? undefined : bytes.toString('latin1', start, offset);
  };
  while (offset + 2 <= bytes.length) {
    const family = bytes.readUInt16BE(offset);
    offset += 2;
    const [address, display, name, data] = [field(), field(), field(), field()];
    if (address === undefined || display === undefined || name === undefined || data === undefined) break;
    entries.push({ family, address, display, name, data });
  }
  return entries;
}

/**
 * The entry that fits best. A cookie under another host name is better than none: a container's name changes while
 * its home directory stays.
 */
export function pickCookie(entries: Entry[], displayNumber: number, host: string): Cookie | undefined {
  const fitting = entries.filter(
    ({ name, display, family }) =>
      name === COOKIE_NAME &&
      (display === '' || display === String(displayNumber)) &&
      (family === FAMILY_WILD || family === FAMILY_LOCAL),
  );
  return fitting.find(({ family, address }) => family === FAMILY_WILD || address === host) ?? fitting[0];
}
