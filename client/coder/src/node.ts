import { execFile } from 'node:child_process';
import { open } from 'node:fs/promises';
import { homedir, platform } from 'node:os';
import { join } from 'node:path';

/** An address and a token for it, ready for {@link CoderClient}. */
export interface Credentials {
  url: string;
  token: string;
  /** Where they are from, for a person: such as `the Coder CLI's session file`. Never the token. */
  source: string;
}

export interface FindOptions {
  /** Only credentials for this deployment; without it, whichever the source names. */
  url?: string | undefined;
  /** `process.env` by default. */
  env?: NodeJS.ProcessEnv | undefined;
  /** For the CLI's answer, milliseconds; 5,000 by default. */
  timeoutMs?: number | undefined;
}

export type CredentialSource = (options: FindOptions) => Promise<Credentials | undefined>;

/** Bytes of the files `url` and `session`: each is one line. */
const MAX_FILE = 4096;

/**
 * The first credentials among the sources: by default what the CLI prints (`coder login token`), the files of its
 * session, `CODER_URL` and `CODER_SESSION_TOKEN`. A token is never offered for another deployment than its own.
 *
 * @returns undefined if no source has any: sign in with `coder login`, or take a token from `<url>/cli-auth`
 */
export async function findCredentials(
  options: FindOptions = {},
  sources: readonly CredentialSource[] = [fromCli, fromSessionFile, fromEnvironment],
): Promise<Credentials | undefined> {
  for (const source of sources) {
    const found = await source(options);
    if (found && (!options.url || sameDeployment(found.url, options.url))) return found;
  }
  return undefined;
}

/** What the caller holds already, such as a token from an editor's secret storage. */
export function given(url: string, token: string): CredentialSource {
  return async () => ({ url, token, source: 'the given token' });
}

/** `CODER_URL` and `CODER_SESSION_TOKEN`. Without `CODER_URL` the token is for the address that is asked for. */
export const fromEnvironment: CredentialSource = async ({ url, env = process.env }) => {
  const token = env.CODER_SESSION_TOKEN?.trim();
  const home = env.CODER_URL?.trim() || url;
  return token && home ? { url: home, token, source: 'CODER_SESSION_TOKEN' } : undefined;
};

/** The files `url` and `session` that `coder login` writes to its configuration directory. */
export const fromSessionFile: CredentialSource = async ({ env = process.env }) => {
  const directory = configDirectory(env);
  const [url, token] = await Promise.all([
    readLine(join(directory, 'url')),
    readLine(join(directory, 'session')),
  ]);
  return url && token ? { url, token, source: "the Coder CLI's session file" } : undefined;
};

/**
 * `coder login token`, of CLIs that keep sessions in the system's keyring, each under its deployment. Where there is a
 * session file, the CLI would answer from it for any address: then it is not asked.
 */
export const fromCli: CredentialSource = async ({ url, env = process.env, timeoutMs = 5000 }) => {
  const directory = configDirectory(env);
  const home = url ?? (await readLine(join(directory, 'url')));
  if (!home || (await readLine(join(directory, 'session')))) return undefined;
  const token = await new Promise<string>((resolve) => {
    // Its own environment variable would answer for any address.
    const { CODER_SESSION_TOKEN: _, ...rest } = env;
    const options = { env: rest, timeout: timeoutMs, maxBuffer: MAX_FILE };
    execFile('coder', ['login', 'token', '--url', home], options, (error, out) =>
      resolve(error ? '' : out.trim()),
    );
  });
  return /^\S+$/.test(token) ? { url: home, token, source: 'the Coder CLI' } : undefined;
};

/** Where the CLI keeps its configuration on this platform. */
export function configDirectory(env: NodeJS.ProcessEnv = process.env): string {
  if (env.CODER_CONFIG_DIR) return env.CODER_CONFIG_DIR;
  const home = env.HOME ?? homedir();
  switch (platform()) {
    case 'win32':
      return join(env.APPDATA ?? join(home, 'AppData', 'Roaming'), 'coderv2');
    case 'darwin':
      return join(home, 'Library', 'Application Support', 'coderv2');
    default:
      return join(env.XDG_CONFIG_HOME || join(home, '.config'), 'coderv2');
  }
}

function sameDeployment(a: string, b: string): boolean {
  return URL.canParse(a) && URL.canParse(b) && place(a) === place(b);
}

function place(text: string): string {
  const { origin, pathname } = new URL(text);
  return origin + pathname.replace(/\/+$/, '');
}

/** @returns the file's only line; undefined if there is no such file, or it is something else */
async function readLine(path: string): Promise<string | undefined> {
  try {
    await using file = await open(path);
    const { bytesRead, buffer } = await file.read(Buffer.alloc(MAX_FILE + 1));
    const line = buffer.toString('utf8', 0, bytesRead).trim();
    return bytesRead <= MAX_FILE && /^\S+$/.test(line) ? line : undefined;
  } catch {
    return undefined;
  }
}
