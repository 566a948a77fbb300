/** X cookies: who may use an X server (Xsecurity(7), MIT-MAGIC-COOKIE-1). */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const PROTOCOL = 'MIT-MAGIC-COOKIE-1';

/** 128 bits, as the protocol has it. */
const COOKIE_BYTES = 16;

/** Family of an entry that holds for every address (Xauth.h). */
const FAMILY_WILD = 0xffff;

/** xauth waits for its file's lock this long at most, ms. */
const XAUTH_PATIENCE = 3_000;

export function makeCookie(): Buffer {
  return randomBytes(COOKIE_BYTES);
}

/**
 * Writes a file for both sides, the server's `-auth` and the clients' XAUTHORITY. Its one entry (family, address, display,
 * name, data: each with its length in 16 bits, big-endian) holds for every address and display.
 */
export async function writeCookieFile(path: string, cookie: Buffer): Promise<void> {
  const family = Buffer.alloc(2);
  family.writeUInt16BE(FAMILY_WILD);
  const entry = Buffer.concat([family, counted(''), counted(''), counted(PROTOCOL), counted(cookie)]);
  await writeFile(path, entry, { mode: 0o600 });
}

/** Lets the person's own terminals in: `DISPLAY=:N xterm`. @throws Error if xauth cannot do it */
export function addToHome(home: string, display: string, cookie: Buffer): Promise<void> {
  return xauth(home, `add ${display} ${PROTOCOL} ${cookie.toString('hex')}`);
}

/** @throws Error if xauth cannot do it */
export function removeFromHome(home: string, display: string): Promise<void> {
  return xauth(home, `remove ${display}`);
}

/** The command goes through standard input: arguments of a process are for everybody to read. */
async function xauth(home: string, command: string): Promise<void> {
  const file = join(home, '.Xauthority');
  const child = spawn('xauth', ['-q', '-f', file, 'source', '-'], { timeout: XAUTH_PATIENCE });
  const complaint = text(child.stderr);
  await once(child, 'spawn');
  child.stdin.on('error', () => {});
  child.stdin.end(`${command}\n`);
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error((await complaint).trim() || `xauth ended with code ${code}`);
}

function counted(data: string | Buffer): Buffer {
  const bytes = Buffer.from(data as string, 'latin1');
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
