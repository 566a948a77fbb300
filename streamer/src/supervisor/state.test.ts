import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openCappedLog } from './capped-log.ts';
import { lockHolder, lockHolders, takeLock } from './lock.ts';
import { identify } from './processes.ts';
import {
  instanceOf,
  openStateDir,
  type Running,
  readRecorded,
  readRunning,
  removeRunning,
  writeRunning,
} from './state.ts';
import { temporaryFolder } from './testing/temporary.ts';
import { keepToken, readOrMakeToken, tokenGiven } from './token.ts';

const permissions = async (path: string) => (await stat(path)).mode & 0o777;

describe('the state directory', () => {
  it('is for nobody else, also when it was before', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'a/b');
    await openStateDir(path);
    expect(await permissions(path)).toBe(0o700);
    await chmod(path, 0o755);
    await openStateDir(path);
    expect(await permissions(path)).toBe(0o700);
  });

  it.runIf(process.getuid!() === 0)('of somebody else is refused with what to do', async () => {
    await using folder = await temporaryFolder();
    await chown(folder.path, 12345, 12345);
    await expect(openStateDir(folder.path)).rejects.toThrow(/belongs to user 12345.*--state-dir/);
  });

  it('that cannot be made is refused with what to do', async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, 'file'), '');
    await expect(openStateDir(join(folder.path, 'file/state'))).rejects.toThrow(
      /cannot be made.*--state-dir/,
    );
  });

  it('names one instance, whoever asks first', async () => {
    await using folder = await temporaryFolder();
    const answers = await Promise.all(Array.from({ length: 8 }, () => instanceOf(folder.path)));
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toMatch(/^[0-9a-f]{16}$/);
  });
});

describe('session.json', () => {
  async function running(): Promise<Running> {
    const { pid, startTime } = (await identify(process.pid))!;
    const files = { xauthority: '/x', tokenFile: '/t' };
    return {
      pid,
      startTime,
      name: 'a',
      version: '1',
      port: 1,
      display: ':1',
      url: 'http://127.0.0.1:1/',
      ...files,
    };
  }

  it('tells other commands where the desktop runs, as long as it does', async () => {
    await using folder = await temporaryFolder();
    const now = await running();
    await writeRunning(folder.path, now);
    expect(await readRunning(folder.path)).toEqual(now);
    expect(await permissions(join(folder.path, 'session.json'))).toBe(0o600);
    await removeRunning(folder.path);
    expect(await readRunning(folder.path)).toBeUndefined();
  });

  it('of a process that is gone tells of none', async () => {
    await using folder = await temporaryFolder();
    const now = await running();
    await writeRunning(folder.path, { ...now, startTime: now.startTime - 1 });
    expect(await readRunning(folder.path)).toBeUndefined();
    expect(await readRecorded(folder.path)).toMatchObject({ display: ':1' });
  });

  it.each(['', '{', '[]', '{"pid":"1"}'])('with rubbish tells of none: %s', async (content) => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, 'session.json'), content);
    expect(await readRecorded(folder.path)).toBeUndefined();
  });
});

describe('the token', () => {
  it('is made once, 128 bits, for nobody else to read', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'token');
    const tokens = await Promise.all(Array.from({ length: 8 }, () => readOrMakeToken(path)));
    expect(new Set(tokens).size).toBe(1);
    expect(Buffer.from(tokens[0]!, 'base64url')).toHaveLength(16);
    expect(await permissions(path)).toBe(0o600);
  });

  it("may be the operator's own", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'token');
    await writeFile(path, 'correct-horse-battery\n');
    expect(await readOrMakeToken(path)).toBe('correct-horse-battery');
  });

  it.each(['', 'short', 'two words that are long', 'x'.repeat(600)])('is refused: "%s"', async (content) => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'token');
    await writeFile(path, content);
    await expect(readOrMakeToken(path)).rejects.toThrow(/holds no token.*Delete the file/);
  });

  it('of the environment replaces the one in the file, for nobody else to read', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'token');
    await readOrMakeToken(path);
    await keepToken(path, tokenGiven({ DESKSIDE_TOKEN: 'correct-horse-battery' })!);
    expect(await readOrMakeToken(path)).toBe('correct-horse-battery');
    expect(await permissions(path)).toBe(0o600);
  });

  it('of the environment may be empty, which is none', () => {
    expect(tokenGiven({ DESKSIDE_TOKEN: '' })).toBeUndefined();
  });

  it.each(['secret', 'secret secret secret', 'secret'.repeat(100)])(
    'of the environment is refused and not told: "%s"',
    (given) => {
      const attempt = () => tokenGiven({ DESKSIDE_TOKEN: given });
      expect(attempt).toThrow(/DESKSIDE_TOKEN holds no token: 16 to 512/);
      expect(attempt).not.toThrow(/secret/);
    },
  );

  it('that cannot be read is an error with what to do', async () => {
    await using folder = await temporaryFolder();
    await mkdir(join(folder.path, 'token'));
    await expect(readOrMakeToken(join(folder.path, 'token'))).rejects.toThrow(/--token-file/);
  });
});

describe('the lock', () => {
  it('is taken by one, and free again after it', async () => {
    const name = randomBytes(8).toString('hex');
    const holder = { pid: process.pid, stateDir: '/a state' };
    expect(await lockHolder(name)).toBeUndefined();
    const lock = await takeLock(name, '/a state');
    expect(await takeLock(name, '/another')).toBeUndefined();
    expect(await lockHolder(name)).toEqual(holder);
    expect(await lockHolders()).toContainEqual(holder);
    await lock![Symbol.asyncDispose]();
    expect(await lockHolder(name)).toBeUndefined();
  });
});

describe('a log', () => {
  it('never grows beyond its limit; the one before it is kept', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'log');
    const log = await openCappedLog(path, 10);
    for (const line of ['first\n', 'second\n', 'third\n']) log.write(line);
    await new Promise<void>((resolve) => log.end(resolve));
    expect(await readFile(path, 'utf8')).toBe('third\n');
    expect(await readFile(`${path}.1`, 'utf8')).toBe('second\n');
  });

  it('goes on after the one of the run before', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'log');
    await writeFile(path, 'before\n');
    const log = await openCappedLog(path);
    await new Promise<void>((resolve) => log.end('after\n', resolve));
    expect(await readFile(path, 'utf8')).toBe('before\nafter\n');
  });
});
