import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { apart, probeApart, probeHere } from './encoder-probe.ts';
import { ENCODERS } from './table.ts';
import { x264enc } from './x264enc.ts';

test.each([
  ['here', probeHere],
  ['in a process of its own', probeApart],
])('an encoder is tried %s', async (_, probe) => {
  expect(await probe(x264enc, 0)).toBeUndefined();
  expect(await probe({ ...x264enc, name: 'noencoder', package: 'nothing' }, 0)).toBe(
    'GStreamer has no element noencoder: install nothing.',
  );
});

test.each([
  ['hangs', 'setInterval(() => {}, 1000)', 'x264enc does not run here: it hangs: it was given 1 s.'],
  ['crashes', 'process.abort()', 'x264enc does not run here: it ends its process: SIGABRT.'],
  ['says what is wrong', 'console.log("no device")', 'no device\n'],
])('nobody waits for one that %s', async (_, program, fault) => {
  await using directory = await mkdtempDisposable(join(tmpdir(), 'deskside-'));
  const file = join(directory.path, 'program.mjs');
  await writeFile(file, program);
  expect(await apart(file, 1000)(x264enc, 0)).toBe(fault);
});

test('what is known to hang is never the first choice', () => {
  const tried = ENCODERS.filter(({ codec, hardware }) => codec === 'av1' && !hardware);
  expect(tried.map(({ mayHang = false }) => mayHang)).toEqual([false, true]);
});
