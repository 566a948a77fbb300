import { once } from 'node:events';
import { chown, mkdir, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { test as base, expect } from 'vitest';
import { Account } from '../support/streamer.ts';
import { startXvfb } from '../support/xvfb.ts';

const test = base.extend<{ account: Account }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads a fixture's needs from its first parameter
  account: async ({}, use) => {
    await using account = await Account.create();
    await use(account);
  },
});

const QUIET = ['--port', '0', '--session', 'none'];

test('wrong values are all named at once, with what is allowed', async ({ account }) => {
  const { code, stderr } = await account.deskside(['start', '--port', 'x', '--size', '1x1'], {
    DESKSIDE_FPS: '-1',
  });
  expect(code).toBe(2);
  expect(stderr.trim().split('\n')).toEqual([
    expect.stringMatching(/^--port was given as "x"\. Allowed: 0 to 65535/),
    expect.stringMatching(/^--size was given as "1x1"\. Allowed: WIDTHxHEIGHT/),
    expect.stringMatching(/^DESKSIDE_FPS was given as "-1"\. Allowed: 1 to 240/),
  ]);
});

test.for([['--no-such-flag'], ['no-such-command'], ['start', '--timeout', 'soon'], ['logs', 'no-such-log']])(
  'deskside %j is answered with what there is',
  async (args, { account }) => {
    const { code, stderr } = await account.deskside(args);
    expect(code).toBe(2);
    expect(stderr).toMatch(/error: /);
  },
);

test('the settings file counts, and a wrong value names it', async ({ account }) => {
  const file = join(account.home, 'deskside.env');
  await writeFile(file, 'DESKSIDE_BITRATE="much"\n');
  const { code, stderr } = await account.deskside(['run'], { DESKSIDE_ENV_FILE: file });
  expect(code).toBe(2);
  expect(stderr).toContain(`DESKSIDE_BITRATE in ${file} was given as "much"`);
});

test.for(['run', 'start'])(
  '%s at a port that is in use says so and leaves nothing',
  async (command, { account }) => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { code, stderr } = await account.deskside([command, '--port', String(port), '--session', 'none']);
    server.close();
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`${port}.*--port`));
    expect((await account.deskside(['status'])).stdout).toContain('stopped');
  },
);

test('a display that is in use is named, with the choices', async ({ account }) => {
  await using xvfb = await startXvfb('320x240');
  const { display } = xvfb.address;
  const { code, stderr } = await account.deskside(['start', ...QUIET, '--display', display]);
  expect(code).toBe(1);
  expect(stderr).toMatch(new RegExp(`${display} is in use.*--display.*--attach`));
});

test('an X server that does not run cannot be attached to', async ({ account }) => {
  const { code, stderr } = await account.deskside(['start', ...QUIET, '--attach', ':59999']);
  expect(code).toBe(2);
  expect(stderr).toContain('--attach was given as ":59999"');
  const absent = await account.deskside(['start', ...QUIET, '--attach', ':59535']);
  expect(absent.code).toBe(1);
  expect(absent.stderr).toContain(':59535');
});

test('a missing X server is named with its package, by start and by doctor', async ({ account }) => {
  const nothing = { PATH: account.home };
  const { code, stderr } = await account.deskside(['start', ...QUIET], nothing);
  expect(code).toBe(1);
  expect(stderr).toContain('apt-get install xvfb');
  const doctor = await account.deskside(['doctor', ...QUIET.slice(0, 2)], nothing);
  expect(doctor.code).toBe(1);
  expect(doctor.stdout).toMatch(/MISSING {2}X server.*\n.*apt-get install xvfb/);
});

test('doctor finds nothing missing here', async ({ account }) => {
  const { code, stdout } = await account.deskside(['doctor', '--json', '--port', '0']);
  const { findings } = JSON.parse(stdout) as { findings: { ok: boolean }[] };
  expect(findings.filter(({ ok }) => !ok)).toEqual([]);
  expect(findings.length).toBeGreaterThan(10);
  expect(code).toBe(0);
});

test.runIf(process.getuid!() === 0)('a state directory of somebody else is refused', async ({ account }) => {
  await mkdir(account.stateDir);
  await chown(account.stateDir, 12345, 12345);
  for (const command of ['run', 'start', 'stop', 'status']) {
    const { code, stderr } = await account.deskside([command]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/belongs to user 12345.*--state-dir/);
  }
  await rm(account.stateDir, { recursive: true });
});

test('a start that takes too long is stopped and says so', async ({ account }) => {
  const { code, stderr } = await account.deskside(['start', ...QUIET, '--timeout', '0.001']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/not ready in time.*--timeout 0\.001/);
});
