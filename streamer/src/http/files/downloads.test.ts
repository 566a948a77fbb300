import { execFileSync } from 'node:child_process';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Listing } from './shared-folder.ts';
import { ask, content, create, folder, home, sha256 } from './testing/gateway-with-files.ts';

describe('a download', () => {
  beforeEach(async () => {
    await mkdir(join(folder, 'sub'), { recursive: true });
    await writeFile(join(folder, 'ten.txt'), '0123456789');
  });

  it('is the file, as a file', async () => {
    const answer = await content('ten.txt');
    expect(await answer.text()).toBe('0123456789');
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-disposition': "attachment; filename*=UTF-8''ten.txt",
      'content-type': 'application/octet-stream',
      'x-content-type-options': 'nosniff',
      'accept-ranges': 'bytes',
    });
  });

  it.each([
    ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
    ['bytes=7-', 206, '789', 'bytes 7-9/10'],
    ['bytes=-3', 206, '789', 'bytes 7-9/10'],
    ['bytes=5-99', 206, '56789', 'bytes 5-9/10'],
    ['bytes=10-', 416, '', 'bytes */10'],
    ['bytes=-0', 416, '', 'bytes */10'],
    ['bytes=4-2', 200, '0123456789', null],
    ['bytes=0-1,3-4', 200, '0123456789', null],
    ['lines=1-2', 200, '0123456789', null],
  ])('of %s is answered with %i', async (range, status, body, contentRange) => {
    const answer = await content('ten.txt', { Range: range });
    expect(answer.status).toBe(status);
    expect(await answer.text()).toBe(body);
    expect(answer.headers.get('content-range')).toBe(contentRange);
  });

  it('of any range is that part of the file', async () => {
    const number = fc.option(fc.nat(12), { nil: '' });
    await fc.assert(
      fc.asyncProperty(number, number, async (from, to) => {
        const answer = await content('ten.txt', { Range: `bytes=${from}-${to}` });
        const body = await answer.text();
        if (answer.status !== 206) return;
        const [, start, end] = /^bytes (\d+)-(\d+)\/10$/.exec(answer.headers.get('content-range')!)!;
        expect(body).toBe('0123456789'.slice(Number(start), Number(end) + 1));
      }),
    );
  });

  it('has the hash of what is sent', async () => {
    const answer = await content('ten.txt', { Range: 'bytes=2-4', 'Want-Content-Digest': 'sha-256=1' });
    expect(answer.headers.get('content-digest')).toBe(`sha-256=:${sha256(Buffer.from('234'))}:`);
  });

  it('does not go on with another file', async () => {
    const etag = (await content('ten.txt')).headers.get('etag')!;
    expect((await content('ten.txt', { Range: 'bytes=5-', 'If-Match': etag })).status).toBe(206);
    await writeFile(join(folder, 'ten.txt'), 'abcdefghijk');
    expect((await content('ten.txt', { Range: 'bytes=5-', 'If-Match': etag })).status).toBe(412);
    expect((await content('ten.txt', { Range: 'bytes=5-', 'If-Range': etag })).status).toBe(200);
  });

  it('may have any name that a file can have', async () => {
    const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }).filter((text) => {
      return !/[/\0]|^\.\.?$/.test(text) && text.isWellFormed();
    });
    await fc.assert(
      fc.asyncProperty(fc.oneof(name, fc.constant('a\r\nSet-Cookie: x=1')), async (text) => {
        await writeFile(join(folder, text), text);
        const answer = await content(text);
        expect(await answer.text()).toBe(text);
        const encoded = /^attachment; filename\*=UTF-8''(.*)$/.exec(
          answer.headers.get('content-disposition')!,
        )![1]!;
        expect(decodeURIComponent(encoded)).toBe(text);
        expect(answer.headers.get('set-cookie')).toBeNull();
        await rm(join(folder, text));
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    '..',
    '../secret',
    'sub/../../secret',
    '/etc/passwd',
    'out',
    'out-folder/secret',
    'a\0',
    'sub',
    'none',
    '',
  ])('of %j is refused', async (path) => {
    await writeFile(join(home, 'secret'), 'secret');
    await symlink('../secret', join(folder, 'out'));
    await symlink('..', join(folder, 'out-folder'));
    const answer = await content(path);
    expect([400, 404]).toContain(answer.status);
    expect(await answer.json()).toMatchObject({ message: /./, remedy: /./ });
  });

  it('of a named pipe is refused at once', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    expect((await content('pipe')).status).toBe(404);
  });
});

describe('a folder as a whole', () => {
  /** The names in an archive, and what a file in it says. */
  async function unpacked(answer: Response, file: string) {
    expect(answer.status).toBe(200);
    const archive = join(home, 'got.tar');
    await writeFile(archive, Buffer.from(await answer.arrayBuffer()));
    const names = execFileSync('tar', ['-tf', archive], { encoding: 'utf8', env: { LC_ALL: 'C.UTF-8' } });
    const text = execFileSync('tar', ['-xOf', archive, file], { encoding: 'utf8' });
    return { names: names.trimEnd().split('\n').sort(), text };
  }

  const archive = (path: string) => ask(`files/archive?path=${encodeURIComponent(path)}`);

  beforeEach(async () => {
    await mkdir(join(folder, 'a', '-b c', 'empty'), { recursive: true });
    await writeFile(join(folder, 'a', '-b c', 'deep.txt'), 'deep');
    await writeFile(join(home, 'secret'), 'secret');
    await symlink('../../../secret', join(folder, 'a', '-b c', 'out'));
    await symlink('../..', join(folder, 'a', 'out-folder'));
  });

  it('is an archive of all that lies in it, and links stay links', async () => {
    const answer = await archive('a/-b c');
    expect(answer.headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''-b%20c.tar");
    const { names, text } = await unpacked(answer, './-b c/deep.txt');
    expect(names).toEqual(['./-b c/', './-b c/deep.txt', './-b c/empty/', './-b c/out']);
    expect(text).toBe('deep');
    expect(execFileSync('tar', ['-tvf', join(home, 'got.tar'), './-b c/out'], { encoding: 'utf8' })).toMatch(
      /^l.* -> /,
    );
  });

  it('may be the folder for files itself, without what is unfinished', async () => {
    await create({ filename: 'unfinished' }, 5);
    const answer = await archive('');
    expect(answer.headers.get('content-disposition')).toContain('shared.tar');
    const { names } = await unpacked(answer, './a/-b c/deep.txt');
    expect(names.filter((name) => /partial/.test(name))).toEqual([]);
  });

  it.each(['..', 'none', 'a/out-folder', 'a/-b c/deep.txt', '/etc', 'a\0'])(
    'is refused for %j',
    async (path) => {
      const answer = await archive(path);
      expect([400, 404]).toContain(answer.status);
      expect(await answer.json()).toMatchObject({ message: /./, remedy: /./ });
    },
  );
});

describe('the list', () => {
  it('has folders first, then files by name, and no link that leads out', async () => {
    await mkdir(join(folder, 'folder'), { recursive: true });
    for (const name of ['file 10', 'file 9', '.hidden']) await writeFile(join(folder, name), 'four');
    await symlink('/etc/passwd', join(folder, 'out'));
    await symlink('file 9', join(folder, 'within'));
    await create({ filename: 'unfinished' }, 5);
    const { entries, more } = (await (await ask('files')).json()) as Listing;
    expect(entries.map(({ name, kind, size }) => [name, kind, size])).toEqual([
      ['folder', 'folder', 0],
      ['.hidden', 'file', 4],
      ['file 9', 'file', 4],
      ['file 10', 'file', 4],
      ['within', 'file', 4],
    ]);
    expect(more).toBe(false);
    expect((await ask('files?path=none')).status).toBe(404);
  });

  it('is empty where the folder was not there yet', async () => {
    expect(await (await ask('files')).json()).toEqual({ entries: [], more: false });
  });
});
