import { existsSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isAlive } from '../support/process.ts';
import { Account } from '../support/streamer.ts';

const FLAGS = ['--json', '--port', '0', '--session', 'none', '--size', '640x480', '--max-size', '800x600'];

interface Running {
  pid: number;
  url: string;
  display: string;
}

async function json<T>(account: Account, ...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await account.deskside(args);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
}

test('an upgrade keeps the token, links and cookies; uninstalling leaves nothing', async () => {
  await using account = await Account.create();
  const before = await json<Running>(account, 'start', ...FLAGS);
  const token = await readFile(join(account.stateDir, 'token'), 'utf8');
  const link = await json<{ id: string; url: string }>(account, 'share', '--json');
  // As releases before labels wrote it.
  const record = join(account.stateDir, 'shares', `${link.id}.json`);
  const { label: _, ...older } = JSON.parse(await readFile(record, 'utf8'));
  await writeFile(record, JSON.stringify(older));
  const signIn = await fetch(`${before.url}?token=${token.trim()}`, { redirect: 'manual' });
  const cookie = signIn.headers.get('set-cookie')!.split(';')[0]!;

  const after = await json<Running>(account, 'restart', ...FLAGS);
  expect(after.pid).not.toBe(before.pid);
  expect(await readFile(join(account.stateDir, 'token'), 'utf8')).toBe(token);
  expect((await fetch(after.url, { headers: { cookie } })).status).toBe(200);
  const visit = new URL(link.url);
  visit.port = new URL(after.url).port;
  expect((await fetch(visit)).status).toBe(200);
  expect(await json<unknown[]>(account, 'share', '--list', '--json')).toMatchObject([
    { id: link.id, label: '' },
  ]);

  expect((await account.deskside(['stop'])).code).toBe(0);
  await rm(account.stateDir, { recursive: true });
  expect(isAlive(after.pid)).toBe(false);
  expect(existsSync(`/tmp/.X11-unix/X${after.display.slice(1)}`)).toBe(false);
  // The X cookie file belongs to the account, whatever desktops it has.
  expect((await readdir(account.home)).filter((name) => name !== '.Xauthority')).toEqual([]);
});
