import * as v from 'valibot';
import * as vscode from 'vscode';
import type { Address } from '../desktops/desktop.ts';
import { UserError } from '../errors.ts';

/** Largest picture, bytes: one of a 4K screen full of noise, which PNG does not make smaller, is 25 MB. */
const MAX_PICTURE = 64 * 1024 * 1024;

/** Longest wait for one, ms: the streamer itself gives up after 20 s. */
const PATIENCE = 30_000;

/** What a streamer says that gives none. */
const Problem = v.object({ reason: v.string(), message: v.string(), remedy: v.string() });

/** Its reason where it does not know the address. */
const NO_SUCH_PATH = 'path';

/**
 * The picture of a desktop that is another machine's, PNG, from its streamer, which gives it to the owner alone.
 *
 * @param label of the desktop, for people
 * @throws UserError
 */
export async function fetchPicture({ base, token }: Address, label: string): Promise<Uint8Array> {
  const answer = await ask(new URL('screenshot', base.toString(true)), token);
  if (answer.ok && answer.headers.get('content-type') === 'image/png') return readPicture(answer);
  throw refusalOf(answer.status, await answer.text().catch(() => ''), label);
}

async function ask(address: URL, token: string | undefined): Promise<Response> {
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  try {
    return await fetch(address, { headers, signal: AbortSignal.timeout(PATIENCE) });
  } catch (error) {
    throw noPicture((error as Error).message);
  }
}

async function readPicture(answer: Response): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of answer.body ?? []) {
    size += piece.byteLength;
    if (size > MAX_PICTURE)
      throw noPicture(vscode.l10n.t('it is larger than {0} MB.', MAX_PICTURE / 1024 / 1024));
    pieces.push(piece);
  }
  // Not a Buffer, which no message to a webview can hold.
  return new Uint8Array(Buffer.concat(pieces));
}

/** In the streamer's words, or in the bridge's; a proxy's page is not for people. */
function refusalOf(status: number, body: string, label: string): UserError {
  const problem = problemOf(body);
  if (problem?.reason === NO_SUCH_PATH) return tooOld(label);
  if (problem) return noPicture(`${problem.message} ${problem.remedy}`);
  if (body && !body.trimStart().startsWith('<')) return noPicture(body.slice(0, 500));
  return noPicture(vscode.l10n.t('{0} does not answer (HTTP {1}). Is its workspace running?', label, status));
}

function problemOf(body: string): v.InferOutput<typeof Problem> | undefined {
  try {
    return v.parse(Problem, JSON.parse(body));
  } catch {
    return undefined;
  }
}

function noPicture(why: string): UserError {
  return new UserError(vscode.l10n.t('No screenshot: {0}', why), 'log');
}

function tooOld(label: string): UserError {
  return new UserError(
    vscode.l10n.t(
      'No screenshot: the deskside program of {0} is older than this extension, version {1}, and gives no pictures. Update the template, or rebuild the dev container.',
      label,
      vscode.extensions.getExtension('deskside.deskside')?.packageJSON.version,
    ),
    'documentation',
  );
}
