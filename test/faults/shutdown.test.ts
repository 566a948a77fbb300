import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { beforeEach, expect, test } from 'vitest';
import { isAlive, processTree } from '../support/process.ts';
import { Account, Streamer } from '../support/streamer.ts';
import { until } from '../support/until.ts';
import { WireViewer } from '../support/wire.ts';
import { XClient } from '../support/x-client.ts';

const START = ['start', '--json', '--session', 'none', '--port', '0', '--size', '800x600'];

let account: Account;
beforeEach(async () => {
  account = await Account.create();
  return async () => {
    await account.deskside(['stop']);
    await account[Symbol.asyncDispose]();
  };
});

test('SIGTERM leaves no process, no lock and no shared memory', async () => {
  await using streamer = await Streamer.start({ size: '800x600' });
  using viewer = await WireViewer.join(streamer);
  await until('a picture', () => viewer.updates.length > 0);
  const processes = processTree(streamer.pid).map(({ pid }) => pid);
  expect(sharedMemoryOf(processes)).toBeGreaterThan(0);

  await streamer.stop();
  expect(processes.filter(isAlive)).toEqual([]);
  expect(sharedMemoryOf(processes)).toBe(0);
  const number = streamer.address.display.slice(1);
  expect(existsSync(`/tmp/.X${number}-lock`)).toBe(false);
  expect(existsSync(`/tmp/.X11-unix/X${number}`)).toBe(false);
  expect(existsSync(`${streamer.account.stateDir}/session.json`)).toBe(false);
});

test('what a killed streamer left behind is cleaned up by the next start', async () => {
  const first = await start();
  const left = processTree(first.pid).map(({ pid }) => pid);
  process.kill(first.pid, 'SIGKILL');
  await until('the streamer to be gone', () => !isAlive(first.pid));

  const second = await start();
  expect(second.pid).not.toBe(first.pid);
  await until('the children of the killed one to be gone', () => !left.some(isAlive));
  using x = await XClient.connect({ display: second.display, xauthority: account.xauthority });
  expect(x.screen.pixel_width).toBe(800);
});

test('two starts at once end up with one desktop', async () => {
  const [one, other] = await Promise.all([start(), start()]);
  expect(one.pid).toBe(other.pid);
  expect(one.url).toBe(other.url);
});

test('stop ends it, and again is fine', async () => {
  const { pid } = await start();
  expect((await account.deskside(['stop'])).code).toBe(0);
  expect(isAlive(pid)).toBe(false);
  expect((await account.deskside(['stop'])).code).toBe(0);
  const { code } = await account.deskside(['status']);
  expect(code).toBe(3);
});

/** Starts it and tells what it is. */
async function start(): Promise<{ pid: number; url: string; display: string }> {
  const { code, stdout, stderr } = await account.deskside(START);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
}

/** How many segments of System V shared memory were made by one of these processes. */
function sharedMemoryOf(pids: readonly number[]): number {
  const lines = execFileSync('ipcs', ['-m', '-p'], { encoding: 'utf8' }).split('\n');
  return lines.filter((line) => pids.includes(Number(line.trim().split(/\s+/)[2]))).length;
}
