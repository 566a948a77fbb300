import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fromPng, pixel } from '../support/image.ts';
import { descendant, isAlive, processTree } from '../support/process.ts';
import { Account, DESKSIDE, Streamer } from '../support/streamer.ts';
import { until } from '../support/until.ts';
import { WireViewer } from '../support/wire.ts';
import { XClient } from '../support/x-client.ts';
import { startXvfb } from '../support/xvfb.ts';

const RESTART = ['restart', '--port', '0', '--session', 'none'];
const START = ['start', '--json', '--port', '0', '--size', '640x480', '--max-size', '800x600'];

interface Status {
  state: string;
  pid: number;
  port: number;
  display: string;
  url: string;
}

/** An account whose desktop is stopped at the end. */
async function newAccount(): Promise<{ account: Account } & AsyncDisposable> {
  const account = await Account.create();
  return {
    account,
    async [Symbol.asyncDispose]() {
      await account.deskside(['stop']);
      await account[Symbol.asyncDispose]();
    },
  };
}

async function start(account: Account, ...flags: string[]): Promise<Status> {
  const { code, stdout, stderr } = await account.deskside([...START, '--session', 'none', ...flags]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

async function status(account: Account): Promise<{ code: number | null; facts: Partial<Status> }> {
  const { code, stdout } = await account.deskside(['status', '--json']);
  return { code, facts: JSON.parse(stdout) };
}

const socketOf = (display: string) => `/tmp/.X11-unix/X${display.slice(1)}`;

test('doctor --settings looks at the settings alone', async () => {
  await using account = await Account.create();
  const fine = { code: 0, stdout: '', stderr: '' };
  expect(await account.deskside(['doctor', '--settings'])).toEqual(fine);
  const wrong = await account.deskside(['doctor', '--settings', '--fps', '0', '--port', 'many']);
  expect(wrong).toMatchObject({ code: 2, stdout: '' });
  expect(wrong.stderr).toMatch(/--port .+\n--fps /);
});

test('a desktop in the background: start, status, url, logs, screenshot, stop', async () => {
  await using scope = await newAccount();
  const { account } = scope;
  const desktop = await start(account);
  expect(await status(account)).toEqual({ code: 0, facts: desktop });
  expect((await fetch(`${desktop.url}healthz`)).status).toBe(200);

  const url = (await account.deskside(['url'])).stdout.trim();
  expect((await fetch(url, { redirect: 'manual' })).status).toBeLessThan(400);

  expect((await account.deskside(['logs'])).stdout).toContain('desktop ready');

  using x = await XClient.connect({ display: desktop.display, xauthority: account.xauthority });
  x.coverScreen(0x3366cc);
  const file = join(account.home, 'desktop.png');
  await until('the picture', async () => {
    await account.deskside(['screenshot', file]);
    const picture = fromPng(await readFile(file));
    expect([picture.width, picture.height]).toEqual([640, 480]);
    return String(pixel(picture, 320, 240)) === '51,102,204';
  });
  const headers = { authorization: `Bearer ${new URL(url).searchParams.get('token')}` };
  const asked = await fetch(`${desktop.url}screenshot`, { headers });
  expect(Buffer.from(await asked.arrayBuffer())).toEqual(await readFile(file));

  const processes = processTree(desktop.pid);
  expect(await account.deskside(['stop'])).toMatchObject({ code: 0 });
  expect(processes.filter(({ pid }) => isAlive(pid))).toEqual([]);
  expect(existsSync(socketOf(desktop.display))).toBe(false);
  expect(await status(account)).toEqual({ code: 3, facts: { state: 'stopped' } });
  expect(await account.deskside(['url'])).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('deskside start'),
  });
});

test('the desktops of a person are listed wherever their state is, with their links, and nobody else’s', async () => {
  await using scope = await newAccount();
  await using other = await newAccount();
  const { account } = scope;
  const own = await start(account);
  const link = JSON.parse((await account.deskside(['share', '--for', 'Ada', '--json'])).stdout);
  const elsewhere = ['--state-dir', join(account.home, 'elsewhere')];
  const second = await start(account, '--name', 'second', ...elsewhere);
  await start(other.account);
  try {
    const { stdout } = await account.deskside(['list', '--json']);
    expect(JSON.parse(stdout)).toEqual([
      { ...second, stateDir: elsewhere[1], people: [], links: [] },
      { ...own, people: [], links: [link] },
    ]);
    const table = (await account.deskside(['list'])).stdout.trim().split('\n');
    expect(table.map((line) => line.split(/\s+/))).toEqual([
      ['second', second.display, second.url, elsewhere[1]],
      ['default', own.display, own.url, account.stateDir],
    ]);
  } finally {
    await account.deskside(['stop', ...elsewhere]);
  }
});

test('starts at the same time, and again, all answer with the one desktop', async () => {
  await using scope = await newAccount();
  const desktops = await Promise.all([1, 2, 3].map(() => start(scope.account)));
  desktops.push(await start(scope.account));
  expect(new Set(desktops.map(({ pid }) => pid)).size).toBe(1);
  const again = await scope.account.deskside(['run', '--port', '0']);
  expect(again).toMatchObject({
    code: 4,
    stderr: expect.stringMatching(/runs already.*deskside url.*--name/),
  });
});

test('restart gives a new desktop with the old token', async () => {
  await using scope = await newAccount();
  const { account } = scope;
  const before = await start(account);
  const token = (await account.deskside(['url'])).stdout.split('token=')[1];
  const { stdout } = await account.deskside(['restart', ...START.slice(1), '--session', 'none']);
  expect(JSON.parse(stdout).pid).not.toBe(before.pid);
  expect((await account.deskside(['url'])).stdout.split('token=')[1]).toBe(token);
});

/** Processes that were started within this home. */
async function processesOf(home: string): Promise<string[]> {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const ours = names.map(async (pid) => {
    // Those of others, and those that have ended meanwhile, cannot be read.
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
    return environment.includes(home)
      ? [(await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ')]
      : [];
  });
  return (await Promise.all(ours)).flat();
}

test('an upgrade changes over with the old token and links, and after an uninstall nothing runs or lies there', async () => {
  await using scope = await newAccount();
  const { account } = scope;
  const before = await start(account);
  const processes = processTree(before.pid);
  const token = (await account.deskside(['url'])).stdout.split('token=')[1]!.trim();
  const link = JSON.parse((await account.deskside(['share', '--role', 'viewer', '--json'])).stdout);
  // The version before told something that means nothing any more.
  const file = join(account.stateDir, 'session.json');
  const facts = JSON.parse(await readFile(file, 'utf8'));
  await writeFile(file, JSON.stringify({ ...facts, version: '0.0.1', formerly: [1] }));

  const { stdout, ...rest } = await account.deskside(['restart', ...START.slice(1), '--session', 'none']);
  expect(rest).toEqual({ code: 0, stderr: '' });
  const after: Status = JSON.parse(stdout);
  expect(after.pid).not.toBe(before.pid);
  expect(processes.filter((one) => isAlive(one.pid))).toEqual([]);
  expect((await account.deskside(['url'])).stdout).toContain(token);
  const shared = new URL(link.url);
  shared.port = String(after.port);
  expect((await fetch(shared, { redirect: 'manual' })).status).toBe(303);

  expect(await account.deskside(['stop'])).toMatchObject({ code: 0 });
  await rm(account.stateDir, { recursive: true });
  await rm(join(account.home, '.cache/deskside'), { recursive: true, force: true });
  expect(await processesOf(account.home)).toEqual([]);
  // What remains is of X and GStreamer.
  const left = await readdir(account.home, { recursive: true });
  expect(left.filter((path) => /deskside/.test(path))).toEqual([]);
});

test('restart from a terminal on the desktop itself outlives that terminal', async () => {
  await using scope = await newAccount();
  const { account } = scope;
  const mark = join(account.home, 'started');
  const restart = `${process.execPath} ${DESKSIDE} ${RESTART.join(' ')}`;
  // Not before `start` has told of this desktop, or it tells of the next one.
  const session = `until [ -e ${mark} ]; do sleep 0.1; done; ${restart}; exec sleep 1000`;
  const { stdout } = await account.deskside([...START, '--session', session]);
  const { pid } = JSON.parse(stdout) as Status;
  await writeFile(mark, '');
  await until('the next desktop', async () => {
    const { facts } = await status(account);
    return facts.state === 'running' && facts.pid !== pid;
  });
});

test('a start after kill -9 ends what is left and gives a new desktop', async () => {
  await using scope = await newAccount();
  const { account } = scope;
  // A program of the session that has left its process group and would outlive everything.
  const flags = ['--session', 'setsid sleep 12345 & sleep 12345'];
  const { stdout } = await account.deskside([...START, ...flags]);
  const killed: Status = JSON.parse(stdout);
  await descendant(killed.pid, /^sleep 12345/);
  const orphans = processTree(killed.pid).slice(1);
  process.kill(killed.pid, 'SIGKILL');
  await until('the streamer to be gone', async () => (await status(account)).facts.state === 'stopped');
  expect(orphans.some(({ pid }) => isAlive(pid))).toBe(true);

  const next = await start(account);
  expect(next.pid).not.toBe(killed.pid);
  expect(orphans.filter(({ pid }) => isAlive(pid))).toEqual([]);
});

test('logging out starts the session afresh', async () => {
  await using scope = await newAccount();
  const { account } = scope;
  const marks = join(account.home, 'marks');
  const session = `echo "$DISPLAY $LANG $DBUS_SESSION_BUS_ADDRESS" >> ${marks}; [ $(wc -l < ${marks}) -gt 1 ] && exec sleep 1000`;
  const { stdout } = await account.deskside([...START, '--session', session]);
  const { display } = JSON.parse(stdout) as Status;
  const lines = await until('the second session', async () => {
    const all = (await readFile(marks, 'utf8')).trim().split('\n');
    return all.length > 1 && all;
  });
  const [first, second] = lines.map((line) => line.split(' '));
  expect(first!.slice(0, 2)).toEqual([display, 'C.UTF-8']);
  expect(second!.slice(0, 2)).toEqual([display, 'C.UTF-8']);
  expect(first![2]).toMatch(/^unix:/);
  expect(second![2]).not.toBe(first![2]);
});

test('an X server that runs is shown as it is, and outlives us', async () => {
  await using scope = await newAccount();
  const { account } = scope;
  await using xvfb = await startXvfb('500x400');
  const { display, xauthority } = xvfb.address;
  const { stdout } = await account.deskside(['start', '--json', '--port', '0', '--attach', display], {
    XAUTHORITY: xauthority,
  });
  expect(JSON.parse(stdout)).toMatchObject({ state: 'running', display });
  using x = await XClient.connect(xvfb.address);
  expect([x.screen.pixel_width, x.screen.pixel_height]).toEqual([500, 400]);
  await account.deskside(['stop']);
  expect(isAlive(xvfb.pid)).toBe(true);
});

test('a desktop in the foreground ends on Ctrl+C: quietly, and leaves nothing', async () => {
  await using scope = await newAccount();
  const child = scope.account.spawnJob(['run', '--port', '0', '--session', 'none']);
  let [stdout, stderr] = ['', ''];
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  await until('the line', () => /^Desktop ready: http:\/\/127\.0\.0\.1:\d+\/\?token=\S+$/m.test(stdout));
  const processes = processTree(child.pid!);
  expect(processes.length).toBeGreaterThan(2);
  // A terminal's Ctrl+C goes to the whole job, not only to its first process.
  process.kill(-child.pid!, 'SIGINT');
  expect(await once(child, 'close')).toEqual([0, null]);
  expect(processes.filter(({ pid }) => isAlive(pid))).toEqual([]);
  expect(stderr).toContain('desktop ends');
  expect(stderr).not.toMatch(/"level":[456]0/);
});

test('GST_DEBUG_DUMP_DOT_DIR has the pipeline that encodes drawn', async () => {
  await using account = await Account.create();
  await using streamer = await Streamer.start({ env: { GST_DEBUG_DUMP_DOT_DIR: account.home } });
  using _viewer = await WireViewer.join(streamer);
  await until('a drawing with the encoder', async () => {
    const drawings = (await readdir(account.home)).filter((name) => name.endsWith('.dot'));
    const texts = await Promise.all(drawings.map((name) => readFile(join(account.home, name), 'utf8')));
    return texts.some((text) => text.includes('GstX264Enc'));
  });
});
