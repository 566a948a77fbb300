import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { test } from '../support/desktop-test.ts';
import { descendant } from '../support/process.ts';
import type { Streamer } from '../support/streamer.ts';
import { until } from '../support/until.ts';

test.override('streamerOptions', {
  session: 'echo $$ >> "$HOME/sessions"; exec xterm -geometry 20x5+600+600',
});

test('a session that is killed starts afresh', async ({ streamer }) => {
  const [first] = await untilSessions(streamer, 1);
  process.kill(first!, 'SIGKILL');
  const [, second] = await untilSessions(streamer, 2);
  expect(second).not.toBe(first);
  await descendant(streamer.pid, /^xterm/);
});

test('a session whose X server is killed starts afresh on the new one', async ({ streamer }) => {
  const before = (await untilSessions(streamer, 1)).length;
  const server = await descendant(streamer.pid, /^\S*Xvfb /);
  process.kill(server.pid, 'SIGKILL');
  await untilSessions(streamer, before + 1);
  await descendant(streamer.pid, /^xterm/);
});

/** Process ids of the sessions that were started, once there are so many. */
async function untilSessions(streamer: Streamer, count: number): Promise<number[]> {
  return await until(`session ${count}`, async () => {
    const lines = (await readFile(join(streamer.account.home, 'sessions'), 'utf8')).trim().split('\n');
    return lines.length >= count && lines.map(Number);
  });
}
