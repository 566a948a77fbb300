/** The token that lets people in. */
import { randomBytes } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { createOnce } from './create-once.ts';

/** No setting: everybody sees flags in the list of processes, and settings that are wrong are printed. */
export const TOKEN_VARIABLE = 'DESKSIDE_TOKEN';

/** 128 bits: nobody guesses them, however many tries a second. */
const TOKEN_BYTES = 16;

/** Short enough for a query, long enough for any operator's own; the characters that a URL carries as they are. */
const TOKEN = /^[A-Za-z0-9._~-]{16,512}$/;
const ALLOWED = '16 to 512 letters, digits, dots, dashes, underscores or tildes';

/**
 * The token that an operator gives by the environment; undefined if none is given.
 *
 * @throws Error saying what to do if it is none; the error does not tell it
 */
export function tokenGiven(environment: NodeJS.ProcessEnv): string | undefined {
  const given = environment[TOKEN_VARIABLE];
  if (!given) return undefined;
  if (TOKEN.test(given)) return given;
  throw new Error(
    `${TOKEN_VARIABLE} holds no token: ${ALLOWED}. Give it such a one, or none to have one made.`,
  );
}

/** The file gets the token, for nobody else to read: there every command finds it. */
export async function keepToken(path: string, token: string): Promise<void> {
  const draft = `${path}.${randomBytes(8).toString('hex')}`;
  await writeFile(draft, `${token}\n`, { mode: 0o600, flag: 'wx' });
  await rename(draft, path);
}

/** @throws Error saying what to do if the file cannot be read or made, or holds something else */
export async function readOrMakeToken(path: string): Promise<string> {
  const content = await createOnce(path, () => `${randomBytes(TOKEN_BYTES).toString('base64url')}\n`).catch(
    (error) => {
      throw new Error(
        `The token file ${path} cannot be used (${error.message}): make room for it and let it be read, or choose another with --token-file.`,
      );
    },
  );
  const token = content.trim();
  if (TOKEN.test(token)) return token;
  throw new Error(
    `The token file ${path} holds no token: one line of ${ALLOWED}. Delete the file to have one made.`,
  );
}
