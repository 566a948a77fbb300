import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  configDirectory,
  findCredentials,
  fromCli,
  fromEnvironment,
  fromSessionFile,
  given,
} from './node.ts';

const URL_A = 'https://a.example.com';
const URL_B = 'https://b.example.com';

/** A home with a session file, and a `coder` on the PATH if it is given one. */
async function home({ url, session, cli }: { url?: string; session?: string; cli?: string }) {
  const folder = await mkdtemp(join(tmpdir(), 'deskside-credentials-'));
  const config = join(folder, 'config');
  await mkdir(config);
  if (url !== undefined) await writeFile(join(config, 'url'), url);
  if (session !== undefined) await writeFile(join(config, 'session'), session);
  if (cli !== undefined) {
    await writeFile(join(folder, 'coder'), `#!/bin/sh\n${cli}\n`);
    await chmod(join(folder, 'coder'), 0o755);
  }
  return {
    env: { PATH: `${folder}:/usr/bin:/bin`, CODER_CONFIG_DIR: config } as NodeJS.ProcessEnv,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

describe("the CLI's session file", () => {
  test('is a line each', async () => {
    await using place = await home({ url: `${URL_A}\n`, session: 'token-a\n' });
    expect(await fromSessionFile(place)).toMatchObject({ url: URL_A, token: 'token-a' });
  });

  test.for([
    ['missing', {}],
    ['half', { url: URL_A }],
    ['empty', { url: URL_A, session: '' }],
    ['of two lines', { url: URL_A, session: 'one\ntwo' }],
    ['far too long', { url: URL_A, session: 'x'.repeat(5000) }],
  ] as const)('is nothing when it is %s', async ([_, files]) => {
    await using place = await home(files);
    expect(await fromSessionFile(place)).toBeUndefined();
  });
});

describe('the environment', () => {
  test('names address and token', async () => {
    const env = { CODER_URL: URL_A, CODER_SESSION_TOKEN: 'token-a' };
    expect(await fromEnvironment({ env })).toMatchObject({ url: URL_A, token: 'token-a' });
  });

  test('a token alone is for the address that is asked for', async () => {
    expect(await fromEnvironment({ url: URL_B, env: { CODER_SESSION_TOKEN: 't' } })).toMatchObject({
      url: URL_B,
    });
    expect(await fromEnvironment({ env: { CODER_SESSION_TOKEN: 't' } })).toBeUndefined();
  });
});

describe('the CLI', () => {
  test('is asked for the address, without the token of the environment', async () => {
    await using place = await home({
      cli: '[ "$1 $2 $3" = "login token --url" ] && echo "token-for-$4$CODER_SESSION_TOKEN"',
    });
    const env = { ...place.env, CODER_SESSION_TOKEN: 'other' };
    expect(await fromCli({ url: URL_A, env })).toMatchObject({ token: `token-for-${URL_A}` });
  });

  test.for([
    ['does not know the command', 'echo "unknown" >&2; exit 1'],
    ['prints something else', 'echo "Please sign in"'],
    ['hangs', 'sleep 60'],
  ] as const)('gives nothing when it %s', async ([_, cli]) => {
    await using place = await home({ cli });
    expect(await fromCli({ url: URL_A, env: place.env, timeoutMs: 500 })).toBeUndefined();
  });

  test('is not asked where its session file would answer for any address', async () => {
    await using place = await home({ url: URL_A, session: 'token-a', cli: 'echo token-a' });
    expect(await fromCli({ url: URL_B, env: place.env })).toBeUndefined();
  });
});

describe('the first that fits', () => {
  test('a session for another deployment is passed over', async () => {
    await using place = await home({ url: URL_A, session: 'token-a' });
    const env = { ...place.env, CODER_URL: URL_B, CODER_SESSION_TOKEN: 'token-b' };
    expect(await findCredentials({ url: `${URL_B}/`, env })).toMatchObject({ token: 'token-b' });
    expect(await findCredentials({ url: URL_A, env })).toMatchObject({ token: 'token-a' });
    expect(await findCredentials({ url: 'https://c.example.com', env })).toBeUndefined();
  });

  test('a given token comes where the caller puts it', async () => {
    await using place = await home({ url: URL_A, session: 'token-a' });
    const sources = [given(URL_A, 'token-mine'), fromSessionFile];
    expect(await findCredentials({ env: place.env }, sources)).toMatchObject({ token: 'token-mine' });
  });
});

test('the configuration directory follows XDG', () => {
  expect(configDirectory({ HOME: '/home/me' })).toBe('/home/me/.config/coderv2');
  expect(configDirectory({ HOME: '/home/me', XDG_CONFIG_HOME: '/x' })).toBe('/x/coderv2');
  expect(configDirectory({ CODER_CONFIG_DIR: '/y' })).toBe('/y');
});
