import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { Upload } from 'tus-js-client';
import { afterEach, describe, expect, it } from 'vitest';
import { TOKEN } from '../testing/gateway-on-fakes.ts';
import {
  addressOf,
  ask,
  create,
  desktop,
  folder,
  home,
  patch,
  present,
  restart,
  sha256,
  upload,
} from './testing/gateway-with-files.ts';

describe('an upload', () => {
  it('has its name once all of it is there', async () => {
    const bytes = new TextEncoder().encode('hello, files');
    const address = await addressOf(await create({ folder: 'a/b', filename: 'ü 1.txt' }, bytes.byteLength));
    await patch(address, 0, bytes.slice(0, 5));
    expect(await present()).toEqual([]);
    const last = await patch(address, 5, bytes.slice(5));
    expect(last.status).toBe(204);
    expect(decodeURIComponent(last.headers.get('upload-path')!)).toBe('a/b/ü 1.txt');
    expect(await readFile(join(folder, 'a/b/ü 1.txt'), 'utf8')).toBe('hello, files');
  });

  it('goes on where it was, also at a gateway that was started again', async () => {
    const bytes = new Uint8Array(randomBytes(100_000));
    const { pathname } = await addressOf(await create({ filename: 'x.bin' }, bytes.byteLength));
    await patch(new URL(pathname, desktop.gateway.url), 0, bytes.slice(0, 60_000));
    await restart('both');
    const address = new URL(pathname, desktop.gateway.url);
    const head = await ask(address.href, { method: 'HEAD', headers: { 'Tus-Resumable': '1.0.0' } });
    expect(head.headers.get('upload-offset')).toBe('60000');
    await patch(address, 60_000, bytes.slice(60_000));
    expect(await readFile(join(folder, 'x.bin'))).toEqual(Buffer.from(bytes));
  });

  it('says that it is there to a client whose last answer was lost', async () => {
    const address = await addressOf(await create({ filename: 'x' }, 3));
    await patch(address, 0, new Uint8Array(3));
    const head = await ask(address.href, { method: 'HEAD', headers: { 'Tus-Resumable': '1.0.0' } });
    expect(head.headers.get('upload-offset')).toBe('3');
    expect(await present()).toEqual(['x']);
  });

  it('does not keep a chunk whose hash is another one', async () => {
    const bytes = new TextEncoder().encode('right');
    const address = await addressOf(await create({ filename: 'x' }, 5));
    const refused = await patch(address, 0, new TextEncoder().encode('wrong'), sha256(bytes));
    expect(refused.status).toBe(460);
    const head = await ask(address.href, { method: 'HEAD', headers: { 'Tus-Resumable': '1.0.0' } });
    expect(head.headers.get('upload-offset')).toBe('0');
    expect((await patch(address, 0, bytes, sha256(bytes))).status).toBe(204);
    expect((await patch(await addressOf(await create({ filename: 'y' }, 5)), 0, bytes, 'md5')).status).toBe(
      400,
    );
  });

  it('takes no other file’s name', async () => {
    await upload({ filename: 'a.txt' }, 'first');
    const second = await upload({ filename: 'a.txt' }, 'second');
    expect(decodeURIComponent(second.headers.get('upload-path')!)).toBe('a (1).txt');
    expect(await readFile(join(folder, 'a.txt'), 'utf8')).toBe('first');
    expect(await readFile(join(folder, 'a (1).txt'), 'utf8')).toBe('second');
  });

  it('may be empty', async () => {
    expect((await create({ filename: 'empty' }, 0)).status).toBe(201);
    expect(await present()).toEqual(['empty']);
  });

  it('is gone when it is cancelled', async () => {
    const address = await addressOf(await create({ filename: 'x' }, 5));
    await patch(address, 0, new Uint8Array(2));
    const ended = await ask(address.href, { method: 'DELETE', headers: { 'Tus-Resumable': '1.0.0' } });
    expect(ended.status).toBe(204);
    expect(await readdir(join(folder, '.deskside-partial'))).toEqual([]);
  });

  it('works with the protocol’s own client, below a prefix that nobody tells', async () => {
    const bytes = randomBytes(3_000_000);
    const done = Promise.withResolvers<void>();
    new Upload(bytes, {
      endpoint: new URL('files/uploads', desktop.gateway.url).href,
      headers: { Authorization: `Bearer ${TOKEN}` },
      metadata: { filename: 'by-client.bin' },
      chunkSize: 1_000_000,
      onSuccess: () => done.resolve(),
      onError: (error) => done.reject(error),
    }).start();
    await done.promise;
    expect(await readFile(join(folder, 'by-client.bin'))).toEqual(bytes);
    const location = (await create({ filename: 'x' }, 1)).headers.get('location');
    expect(location).toMatch(/^uploads\/[0-9a-f]{32}$/);
  });

  it.each([
    ['..', 400],
    ['../x', 400],
    ['/etc/x', 400],
    ['a\0b', 400],
    ['a\nb', 400],
    ['x'.repeat(256), 400],
    ['', 400],
    ['.deskside-partial/x', 400],
    [`${'x'.repeat(255)}`, 201],
  ])('named %j is answered with %i', async (filename, status) => {
    const created = await create({ filename }, 1);
    expect(created.status).toBe(status);
    if (status !== 201) expect(await created.json()).toMatchObject({ message: /name/, remedy: /./ });
  });

  it('does not follow a link that leads out', async () => {
    await mkdir(folder, { recursive: true });
    await mkdir(join(home, 'outside'));
    await symlink('../outside', join(folder, 'link'));
    await symlink('../outside/new', join(folder, 'dangling'));
    expect((await upload({ folder: 'link', filename: 'x' }, 'x')).status).toBe(422);
    expect((await upload({ folder: 'link/deeper', filename: 'x' }, 'x')).status).toBe(422);
    expect((await upload({ filename: 'dangling' }, 'x')).status).toBe(204);
    expect(await readdir(join(home, 'outside'))).toEqual([]);
    expect(await present()).toContain('dangling (1)');
  });

  it('never lies outside, whatever it is called and whatever is linked', async () => {
    await mkdir(folder, { recursive: true });
    await mkdir(join(home, 'outside'));
    for (const [name, target] of Object.entries({ a: '..', b: '/tmp', c: '../outside', d: 'e', e: '.' })) {
      await symlink(target, join(folder, name));
    }
    const before = await readdir(home);
    const part = fc.oneof(
      fc.constantFrom('a', 'b', 'c', 'd', 'e', '..', '.', '', 'new'),
      fc.string({ maxLength: 4 }),
    );
    const outside = () => Promise.all([readdir(home), readdir(join(home, 'outside')), readdir(tmpdir())]);
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 4 }), fc.uuid(), async (parts, filename) => {
        const created = await create({ folder: parts.join('/'), filename }, 0);
        expect([201, 400, 422]).toContain(created.status);
        const [inHome, inOutside, inTmp] = await outside();
        expect(inHome).toEqual(before);
        expect(inOutside).toEqual([]);
        expect(inTmp).not.toContain(filename);
      }),
      { numRuns: 60 },
    );
  });

  it('of rubbish changes nothing', async () => {
    const header = fc.string({ maxLength: 40 }).map((text) => encodeURI(text.toWellFormed()));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('POST', 'PATCH', 'HEAD', 'DELETE', 'PUT', 'GET'),
        fc.constantFrom('', '/', '/x', '/../content', `/${'0'.repeat(32)}`, `/${'0'.repeat(32)}.json`),
        fc.dictionary(
          fc.constantFrom(
            'Upload-Length',
            'Upload-Offset',
            'Upload-Metadata',
            'Upload-Checksum',
            'Upload-Concat',
          ),
          header,
        ),
        async (method, path, headers) => {
          const { status } = await ask(`files/uploads${path}`, {
            method,
            headers: { ...headers, 'Tus-Resumable': '1.0.0' },
          });
          expect(status).toBeGreaterThanOrEqual(400);
          expect(status).toBeLessThan(502);
          expect(status).not.toBe(500);
        },
      ),
      { numRuns: 60 },
    );
    expect(await present()).toEqual([]);
  });
});

describe('a full disk', () => {
  const mounted: string[] = [];
  afterEach(() => {
    for (const path of mounted.splice(0)) execFileSync('umount', [path]);
  });

  it.runIf(process.getuid?.() === 0)('is told, and the upload goes on once there is room', async () => {
    const small = join(home, 'small');
    await mkdir(small);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'deskside-test', small]);
    mounted.push(small);
    await restart('both', small);
    expect((await create({ filename: 'huge' }, 2_000_000)).status).toBe(507);

    const bytes = new Uint8Array(randomBytes(600_000));
    const address = await addressOf(await create({ filename: 'x' }, bytes.byteLength));
    await writeFile(join(small, 'other'), new Uint8Array(700_000));
    const refused = await patch(address, 0, bytes, sha256(bytes));
    expect(refused.status).toBe(507);
    expect(await refused.json()).toMatchObject({ message: /no room/, remedy: /goes on/ });
    await rm(join(small, 'other'));
    expect((await patch(address, 0, bytes, sha256(bytes))).status).toBe(204);
    expect(await readFile(join(small, 'x'))).toEqual(Buffer.from(bytes));
    await desktop[Symbol.asyncDispose]();
  });

  if (process.getuid?.() !== 0)
    console.log('NOTICE: a full disk was not tried: only root may mount a small one');
});
