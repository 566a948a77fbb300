/** The token that lets people in. */
import { randomBytes } from 'node:crypto';
import { createOnce } from './create-once.ts';

/** 128 bits: nobody guesses them, however many tries a second. */
const TOKEN_BYTES = 16;

/** Short enough for a query, long enough for any operator's own; the characters that a URL carries as they are. */
const TOKEN = /^[A-Za-z0-9._~-]{16,512}$/;

/** @throws Error saying what to do if the file cannot be read or made, or holds something else */
export async function readOrMakeToken(path: string): Promise<string> {
  const content = await createOnce(path, () => `${randomBytes(TOKEN_BYTES).toString('base64url')}\n`).catch(
    (error) => {
      throw new Error(
        `The token file ${path} cannot be used (${error.message}): make it readable, or choose another with --token-file.`,
      );
    },
  );
  const token = content.trim();
  if (TOKEN.test(token)) return token;
  throw new Error(
    `The token file ${path} holds no token: one line of 16 to 512 letters, digits, dots, dashes, underscores or tildes. Delete the file to have one made.`,
  );
}
