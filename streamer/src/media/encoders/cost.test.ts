import { mkdtempDisposable, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { costFile, measureCost, readCosts, writeCosts } from './cost.ts';
import { x264enc } from './x264enc.ts';

test('measures what a frame costs, and keeps it', async () => {
  await using directory = await mkdtempDisposable(join(tmpdir(), 'deskside-'));
  const file = costFile({ XDG_CACHE_HOME: directory.path });
  const cost = await measureCost(x264enc);
  expect(cost).toBeGreaterThan(0);
  await writeCosts(file, [x264enc], { x264enc: cost });
  expect(await readCosts(file, [x264enc])).toEqual({ x264enc: cost });
  expect(await readdir(join(directory.path, 'deskside'))).toEqual(['encoder-costs.json']);
});

test('does without a place to keep it', async () => {
  await using directory = await mkdtempDisposable(join(tmpdir(), 'deskside-'));
  await writeFile(join(directory.path, 'file'), '');
  const file = join(directory.path, 'file/costs.json');
  expect(await writeCosts(file, [x264enc], { x264enc: 5 })).toBe(false);
  expect(await readCosts(file, [x264enc])).toEqual({});
});

test('forgets what was measured with other properties', async () => {
  await using directory = await mkdtempDisposable(join(tmpdir(), 'deskside-'));
  const file = join(directory.path, 'costs.json');
  await writeCosts(file, [x264enc], { x264enc: 5 });
  const slower = { ...x264enc, properties: () => ({ 'speed-preset': 'slow' }) };
  expect(await readCosts(file, [slower])).toEqual({});
});

test.each(['', 'null', '{"version":1}', '{"version":"a","milliseconds":{"x264enc":-1}}'])(
  'takes a file with %j for none',
  async (content) => {
    await using directory = await mkdtempDisposable(join(tmpdir(), 'deskside-'));
    const file = join(directory.path, 'costs.json');
    await writeFile(file, content);
    expect(await readCosts(file, [x264enc])).toEqual({});
  },
);
