import { get as httpGet, type IncomingMessage } from 'node:http';
import { get as httpsGet } from 'node:https';
import type { Running } from '../supervisor/state.ts';
import { readOrMakeToken } from '../supervisor/token.ts';
import { CommandError, EXIT } from './exit-codes.ts';

/**
 * Asks a desktop that runs, as its owner.
 *
 * @param path below its page's address
 * @returns the JSON of its answer
 * @throws CommandError saying what the desktop says against it; @throws Error if it does not answer
 */
export async function ask(
  { url, tokenFile }: Running,
  path: string,
  signal?: AbortSignal,
): Promise<{ body: string; answer: unknown }> {
  const address = new URL(path, url);
  const options = {
    headers: { authorization: `Bearer ${await readOrMakeToken(tokenFile)}` },
    // It is this very machine, and its certificate is made out for another name.
    rejectUnauthorized: false,
    ...(signal && { signal }),
  };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const get = address.protocol === 'https:' ? httpsGet : httpGet;
    get(address, options, resolve).on('error', reject);
  });
  const body = Buffer.concat(await response.toArray()).toString();
  const answer = JSON.parse(body);
  if (response.statusCode !== 200) throw new CommandError(`${answer.message} ${answer.remedy}`, EXIT.failed);
  return { body, answer };
}
