import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cleanMappings, forgetColdPages } from './cold-pages.ts';
import { residentProgram } from './testing/resident-program.ts';

const FIELDS = 'Size:  8 kB\nRss:   8 kB\nShared_Dirty:  0 kB\nAnonymous:  0 kB\nVmFlags: rd ex mr mw me\n';

const mapping = (head: string, fields = FIELDS): string => `${head}\n${fields}`;

const CODE = mapping('7f0000001000-7f0000003000 r-xp 00001000 08:01 42                 /usr/lib/libx.so');

const RELRO = CODE.replace('r-xp', 'r--p').replace('Anonymous:  0', 'Anonymous:  4');

const AT = { start: 0x7f0000001000, length: 0x2000 };

it.each([
  ['code', CODE, [AT]],
  ['constants beside it', CODE + CODE.replace('r-xp', 'r--p'), [AT, AT]],
  ['a file without code', CODE.replace('r-xp', 'r--p').replace('libx.so', 'font.cache'), []],
  ['data', CODE.replace('r-xp', 'rw-p'), []],
  ['shared memory', CODE.replace('r-xp', 'r--s'), []],
  ['what a linker has written', CODE.replace('Anonymous:  0', 'Anonymous:  4'), []],
  ['what is of no file', mapping('7f0000001000-7f0000003000 r-xp 00000000 00:00 0 '), []],
  ["the kernel's own", mapping('7f0000001000-7f0000003000 r-xp 00000000 00:00 0      [vdso]'), []],
  ['a kernel that does not tell what was written', mapping(CODE.split('\n')[0]!, 'Rss:   8 kB\n'), []],
])('%s', (_, smaps, found) => {
  expect(cleanMappings(RELRO + smaps)).toEqual(found);
  expect(cleanMappings(CODE + smaps + RELRO + CODE)).toHaveLength(2 + found.length);
});

it('takes nothing for clean where nothing seems to have been written', () => {
  expect(cleanMappings(CODE + CODE)).toEqual([]);
});

it('finds what this process has mapped, and nothing in what is no such list', () => {
  expect(cleanMappings(readFileSync('/proc/self/smaps', 'utf8')).length).toBeGreaterThan(3);
  fc.assert(fc.property(fc.string(), (text) => void expect(cleanMappings(text)).toEqual([])));
});

it('takes from memory what of a program is in its file, and the program goes on', () => {
  const before = residentProgram();
  forgetColdPages();
  const after = residentProgram();
  expect(before).toBeGreaterThan(20_000);
  expect(after).toBeLessThan(before / 2);
  expect(JSON.parse(JSON.stringify({ still: 'here' }))).toEqual({ still: 'here' });
});
