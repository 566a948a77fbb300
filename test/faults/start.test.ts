import { chown, mkdir } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { beforeEach, expect, test } from 'vitest';
import { Namespace } from '../support/lab/namespace.ts';
import { Account, type Outcome, Streamer } from '../support/streamer.ts';
import { XClient } from '../support/x-client.ts';
import { startXServer } from '../support/xvfb.ts';

/** Exit codes of `deskside`, as `deskside --help` lists them. */
const FAILED = 1;
const USAGE = 2;

const RUN = ['run', '--session', 'none', '--port', '0'];

let account: Account;
beforeEach(async () => {
  account = await Account.create();
  return () => account[Symbol.asyncDispose]();
});

test('all settings that are wrong are named at once, with what is allowed', async () => {
  const { code, stderr } = await account.deskside(['run', '--port', '99999', '--size', 'large'], {
    DESKSIDE_FPS: 'many',
  });
  expect(code).toBe(USAGE);
  for (const part of ['--port', '99999', '65535', '--size', 'large', 'DESKSIDE_FPS', 'many', '240']) {
    expect(stderr).toContain(part);
  }
});

test('a port in use is named', async () => {
  await using taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as AddressInfo;
  const outcome = await account.deskside([...RUN, '--port', String(port)]);
  expectFailure(outcome, [String(port), '--port']);
});

test('a display that is not there is named', async () => {
  expectFailure(await account.deskside([...RUN, '--attach', ':59123']), [':59123']);
});

test('an X server that shows by its socket file alone, as that of a host does in a container, keeps its display', async () => {
  await using machine = await Namespace.create();
  const screen = ['-screen', '0', '320x200x24', '-nolisten', 'tcp'];
  await using other = await startXServer('Xvfb', ['-nolisten', 'local', ...screen], machine);
  await using streamer = await Streamer.start({
    lab: { server: machine, serverAddress: '127.0.0.1', serverPort: 6080 },
  });
  expect(streamer.address.display).not.toBe(other.address.display);
  using x = await XClient.connect(other.address);
  expect(x.screen.pixel_width).toBe(320);
});

test('a missing X server is named with its package', async () => {
  const outcome = await account.deskside(RUN, { PATH: '/nowhere' });
  expectFailure(outcome, ['Xvfb', 'xvfb']);
});

test('a missing sound server is named with what it means and its package', async () => {
  const { stdout } = await account.deskside(['doctor', ...RUN.slice(1)], { PATH: '/nowhere' });
  expect(stdout).toMatch(
    /the desktop is mute, neither PulseAudio nor PipeWire.+\n.+apt-get install pulseaudio/,
  );
});

test('a missing GStreamer plugin is named with its package', async () => {
  const nowhere = { GST_PLUGIN_SYSTEM_PATH_1_0: '/nowhere', GST_PLUGIN_PATH: '/nowhere' };
  const outcome = await account.deskside(['doctor', ...RUN.slice(1)], nowhere);
  expectFailure({ ...outcome, stderr: outcome.stdout + outcome.stderr }, ['gstreamer1.0-plugins']);
});

test('no space in /dev/shm is named with what gives a container more', async () => {
  const full = 'mount -t tmpfs -o size=4k none /dev/shm && echo > /dev/shm/full && exec "$@"';
  const enter = (...command: string[]): [string, ...string[]] => [
    'unshare',
    '--mount',
    'sh',
    '-c',
    full,
    'sh',
    ...command,
  ];
  const outcome = await account.deskside(['doctor', ...RUN.slice(1)], {}, { enter });
  expect(outcome.stdout).toMatch(
    /MISSING +\/dev\/shm: 0 MiB free: too little for browsers.+\n.+--shm-size=1g/,
  );
  expect(outcome.code).toBe(FAILED);
});

test("a state directory of somebody else's is refused", async () => {
  const folder = await othersFolder();
  const outcome = await account.deskside([...RUN, '--state-dir', folder]);
  expectFailure(outcome, [folder, '--state-dir']);
});

test('a machine that has all that is needed is told so', async () => {
  const { code, stdout } = await account.deskside(['doctor', '--port', '0']);
  expect(stdout).toContain('x264enc');
  expect(stdout).toContain('sound server: PulseAudio, with a microphone');
  expect(code).toBe(0);
});

/** It ends by itself and says in words that a person can act on, without a stack trace. */
function expectFailure({ code, stderr }: Outcome, parts: string[]): void {
  expect(code).toBe(FAILED);
  for (const part of parts) expect(stderr).toContain(part);
  expect(stderr).not.toMatch(/^\s+at /m);
}

async function othersFolder(): Promise<string> {
  // Only root can give a directory away; whoever is not root finds one of root's.
  if (process.getuid!() !== 0) return '/usr/share';
  await mkdir(account.stateDir, { recursive: true });
  await chown(account.stateDir, 1, 1);
  return account.stateDir;
}
