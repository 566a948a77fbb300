import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Role } from '@deskside/protocol';
import fc from 'fast-check';
import { Upload } from 'tus-js-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { Shares } from '../shares.ts';
import { type GatewayOnFakes, startGatewayOnFakes, TOKEN } from '../testing/gateway-on-fakes.ts';
import type { Listing } from './shared-folder.ts';

const VIEWER_TOKEN = 'b25lIHdobyBvbmx5IHdhdGNoZXM';

let home: string;
let folder: string;
let shares: Shares;
let desktop: GatewayOnFakes;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'deskside-files-'));
  folder = join(home, 'shared');
  shares = new Shares(home);
  desktop = await start('both');
});
afterEach(async () => {
  await desktop[Symbol.asyncDispose]();
  await rm(home, { recursive: true, force: true });
});

function start(ways: 'both' | 'in' | 'out' | 'none', directory = folder): Promise<GatewayOnFakes> {
  return startGatewayOnFakes({
    files: { ways, directory },
    viewerToken: VIEWER_TOKEN,
    shares,
  });
}

async function restart(ways: 'both' | 'in' | 'out' | 'none', directory = folder): Promise<void> {
  await desktop[Symbol.asyncDispose]();
  desktop = await start(ways, directory);
}

function ask(path: string, options: RequestInit & { headers?: Record<string, string> } = {}, token = TOKEN) {
  const headers = { Authorization: `Bearer ${token}`, ...options.headers };
  return fetch(new URL(path, desktop.gateway.url), { ...options, headers });
}

function content(path: string, headers: Record<string, string> = {}): Promise<Response> {
  return ask(`files/content?path=${encodeURIComponent(path)}`, { headers });
}

function metadata(given: Record<string, string>): string {
  return Object.entries(given)
    .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
    .join(',');
}

function create(
  given: Record<string, string>,
  size: number,
  token = TOKEN,
  more: Record<string, string> = {},
): Promise<Response> {
  const headers = {
    ...more,
    'Tus-Resumable': '1.0.0',
    'Upload-Length': String(size),
    'Upload-Metadata': metadata(given),
  };
  return ask('files/uploads', { method: 'POST', headers }, token);
}

function patch(
  address: URL,
  offset: number,
  body: Uint8Array<ArrayBuffer>,
  checksum?: string,
): Promise<Response> {
  return ask(address.href, {
    method: 'PATCH',
    body,
    headers: {
      'Tus-Resumable': '1.0.0',
      'Upload-Offset': String(offset),
      'Content-Type': 'application/offset+octet-stream',
      ...(checksum && { 'Upload-Checksum': `sha256 ${checksum}` }),
    },
  });
}

async function addressOf(created: Response): Promise<URL> {
  expect(created.status).toBe(201);
  return new URL(created.headers.get('location')!, created.url);
}

async function upload(given: Record<string, string>, text: string): Promise<Response> {
  const bytes = new TextEncoder().encode(text);
  return patch(await addressOf(await create(given, bytes.byteLength)), 0, bytes, sha256(bytes));
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64');
}

/** All files below the folder for files but unfinished ones. */
async function present(): Promise<string[]> {
  const names: string[] = await readdir(folder, { recursive: true }).catch(() => []);
  return names.filter((name) => !name.startsWith('.deskside-partial')).sort();
}

/** A page's end of the line over which it uploads. */
class Line {
  readonly #socket: WebSocket;
  readonly #answers: {
    received?: number;
    status?: number;
    headers?: Record<string, string>;
    body?: string;
  }[] = [];
  /** With this code. */
  readonly closed: Promise<number>;

  static async open(headers: Record<string, string> = {}): Promise<Line> {
    const socket = new WebSocket(`ws://127.0.0.1:${desktop.gateway.port}/files/line`, { headers });
    await once(socket, 'open');
    return new Line(socket);
  }

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => this.#answers.push(JSON.parse(String(data))));
    this.closed = once(socket, 'close').then(([code]) => code);
  }

  get received(): number {
    return this.#answers.reduce((sum, { received = 0 }) => sum + received, 0);
  }

  begin(request: object, length: number): void {
    this.#socket.send(JSON.stringify({ ...request, length }));
  }

  send(bytes: Uint8Array): void {
    this.#socket.send(bytes);
  }

  sendText(text: string): void {
    this.#socket.send(text);
  }

  async answer() {
    const isAnswer = ({ status }: { status?: number }) => status !== undefined;
    await vi.waitUntil(() => this.#answers.some(isAnswer), { timeout: 10_000 });
    return this.#answers.splice(this.#answers.findIndex(isAnswer), 1)[0]!;
  }

  close(): void {
    this.#socket.terminate();
  }
}

const bearer = (token = TOKEN) => ({ Authorization: `Bearer ${token}` });
const tus = { 'Tus-Resumable': '1.0.0', 'Content-Type': 'application/offset+octet-stream' };

const idOf = (answer: { headers?: Record<string, string> }) => answer.headers!.location!.split('/').at(-1)!;

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

describe('the line over which a page uploads', () => {
  const creation = (filename: string, size: number, token = TOKEN) => ({
    method: 'POST',
    headers: {
      ...bearer(token),
      'Tus-Resumable': '1.0.0',
      'Upload-Length': String(size),
      'Upload-Metadata': metadata({ filename }),
    },
  });
  const append = (upload: string, offset: number, bytes: Uint8Array) => ({
    method: 'PATCH',
    upload,
    headers: {
      ...bearer(),
      ...tus,
      'Upload-Offset': String(offset),
      'Upload-Checksum': `sha256 ${sha256(bytes)}`,
    },
  });
  it('takes pieces in frames, tells of each, and goes on where it was after it broke', async () => {
    const bytes = new Uint8Array(randomBytes(300_000));
    const first = await Line.open();
    first.begin(creation('by line', bytes.byteLength), 0);
    const created = await first.answer();
    expect(created.status).toBe(201);
    const id = idOf(created);
    first.begin(append(id, 0, bytes.subarray(0, 100_000)), 100_000);
    for (let at = 0; at < 100_000; at += 10_000) first.send(bytes.subarray(at, at + 10_000));
    expect(await first.answer()).toMatchObject({ status: 204, headers: { 'upload-offset': '100000' } });
    expect(first.received).toBe(100_000);
    first.begin(append(id, 100_000, bytes.subarray(100_000)), 200_000);
    first.send(bytes.subarray(100_000, 150_000));
    await vi.waitUntil(() => first.received >= 100_000);
    first.close();
    await first.closed;

    const second = await Line.open();
    second.begin(append(id, 100_000, bytes.subarray(100_000)), 200_000);
    for (let at = 100_000; at < 300_000; at += 50_000) second.send(bytes.subarray(at, at + 50_000));
    expect(await second.answer()).toMatchObject({ status: 204, headers: { 'upload-path': 'by%20line' } });
    expect(await readFile(join(folder, 'by line'))).toEqual(Buffer.from(bytes));
    second.close();
  });

  it('keeps nothing of a piece that does not match its hash, and goes on with the next', async () => {
    const bytes = new Uint8Array(randomBytes(1000));
    const line = await Line.open();
    line.begin(creation('hashed', bytes.byteLength), 0);
    const id = idOf(await line.answer());
    line.begin(append(id, 0, bytes), 1000);
    line.send(new Uint8Array(1000));
    expect((await line.answer()).status).toBe(460);
    line.begin(append(id, 0, bytes), 1000);
    line.send(bytes);
    expect((await line.answer()).status).toBe(204);
    line.close();
  });

  it('is for those who may bring files, whatever else it is told', async () => {
    const line = await Line.open();
    line.begin({ method: 'POST', headers: { 'Tus-Resumable': '1.0.0' } }, 0);
    expect((await line.answer()).status).toBe(401);
    line.begin(creation('x', 1, VIEWER_TOKEN), 0);
    expect((await line.answer()).status).toBe(403);
    line.begin(creation('x', 1, 'wrong'), 0);
    expect((await line.answer()).status).toBe(401);
    const signedIn = await fetch(`${desktop.gateway.url}?token=${TOKEN}`, { redirect: 'manual' });
    const Cookie = signedIn.headers.get('set-cookie')!.split(';')[0]!;
    const { headers } = creation('x', 1);
    const unsigned = { ...headers, Authorization: '' };
    const foreign = await Line.open({ Cookie, Origin: 'https://evil.example' });
    foreign.begin({ method: 'POST', headers: { ...unsigned, Origin: desktop.gateway.url } }, 0);
    expect((await foreign.answer()).status).toBe(403);
    const own = await Line.open({ Cookie, Origin: new URL(desktop.gateway.url).origin });
    own.begin({ method: 'POST', headers: unsigned }, 0);
    expect((await own.answer()).status).toBe(201);
    await restart('out');
    const closed = await Line.open();
    closed.begin(creation('x', 1), 0);
    expect((await closed.answer()).status).toBe(403);
    expect(await present()).toEqual([]);
  });

  it.each([
    ['no request', 'rubbish'],
    ['another method', JSON.stringify({ method: 'DELETE', headers: {}, length: 0 })],
    ['a path', JSON.stringify({ method: 'PATCH', upload: '../x', headers: {}, length: 0 })],
    ['a huge body', JSON.stringify({ method: 'PATCH', headers: {}, length: 1e12 })],
    ['half a header', JSON.stringify({ method: 'POST', headers: { x: 'a\r\nb' }, length: 0 })],
  ])('ends with %s', async (_, text) => {
    const line = await Line.open();
    line.send(Buffer.from('bytes that belong to nothing'));
    line.sendText(text);
    expect(await line.closed).toBe(1008);
  });

  it('ends where more comes than was said, or than a stranger may have waiting', async () => {
    const [talker, flooder] = [await Line.open(), await Line.open()];
    talker.begin(append('0'.repeat(32), 0, new Uint8Array(5)), 5);
    talker.send(new Uint8Array(6));
    flooder.begin({ method: 'PATCH', upload: '0'.repeat(32), headers: bearer('wrong') }, 1_000_000);
    for (let i = 0; i < 10; i++) flooder.send(new Uint8Array(100_000));
    expect(await Promise.all([talker.closed, flooder.closed])).toEqual([1008, 1008]);
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

describe('who may', () => {
  const requests = {
    list: () => ask('files', {}, VIEWER_TOKEN),
    download: () => ask('files/content?path=x', {}, VIEWER_TOKEN),
    upload: () => create({ filename: 'x' }, 1, VIEWER_TOKEN),
  };

  it.each(Object.entries(requests))('who only watches may not %s', async (_, request) => {
    const answer = await request();
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ reason: 'role' });
  });

  it('who was handed the keyboard may, and no longer once it is taken back', async () => {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'x'), 'x');
    using watcher = await openWatcher();
    const statuses = async (given = watcher.visit) => {
      const headers = { 'Deskside-Visit': given };
      const answers = [
        ask('files', { headers }, VIEWER_TOKEN),
        ask(`files/content?path=x&visit=${given}`, {}, VIEWER_TOKEN),
        create({ filename: 'y' }, 1, VIEWER_TOKEN, headers),
      ];
      return (await Promise.all(answers)).map(({ status }) => status);
    };
    expect(await statuses()).toEqual([403, 403, 403]);
    await watcher.becomes('controller');
    expect(await statuses()).toEqual([200, 200, 201]);
    expect(await statuses('guessed')).toEqual([403, 403, 403]);
    await watcher.becomes('viewer');
    expect(await statuses()).toEqual([403, 403, 403]);
  });

  it('what is under way ends once the keyboard is taken back', async () => {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'endless'), '');
    await truncate(join(folder, 'endless'), 2 ** 40);
    using watcher = await openWatcher();
    await watcher.becomes('controller');
    const headers = { 'Deskside-Visit': watcher.visit };
    const file = await ask('files/content?path=endless', { headers }, VIEWER_TOKEN);
    const archive = await ask('files/archive?path=', { headers }, VIEWER_TOKEN);
    const { pathname } = await addressOf(await create({ filename: 'x' }, 1000, VIEWER_TOKEN, headers));
    const line = await Line.open({ ...bearer(VIEWER_TOKEN), ...headers });
    const upload = pathname.split('/').at(-1);
    line.begin({ method: 'PATCH', upload, headers: { ...tus, 'Upload-Offset': '0' } }, 1000);
    line.send(new Uint8Array(500));
    await vi.waitUntil(() => line.received === 500);

    await watcher.becomes('viewer');
    await Promise.all([
      expect(readAll(file)).rejects.toThrow('terminated'),
      expect(readAll(archive)).rejects.toThrow('terminated'),
      expect(line.answer()).resolves.toMatchObject({ status: 403, body: expect.stringContaining('role') }),
    ]);
    line.close();
  });

  it('a download by a link ends once that is revoked', async () => {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'endless'), '');
    await truncate(join(folder, 'endless'), 2 ** 40);
    const { share, token } = await shares.create('controller', 60_000);
    const file = await ask('files/content?path=endless', {}, token);
    await shares.revoke(share.id);
    await expect(readAll(file)).rejects.toThrow('terminated');
  });

  it('nobody without a token', async () => {
    for (const path of [
      'files',
      'files/content?path=x',
      'files/uploads',
      `files/uploads/${'0'.repeat(32)}`,
    ]) {
      for (const method of ['GET', 'POST', 'PATCH', 'HEAD', 'DELETE']) {
        expect((await fetch(new URL(path, desktop.gateway.url), { method })).status).toBe(401);
      }
    }
  });

  it.each([
    ['in', 201, 403, { type: 'files', in: true, out: false }],
    ['out', 403, 200, { type: 'files', in: false, out: true }],
    ['none', 403, 403, undefined],
  ] as const)('with --files %s: uploads %i, downloads %i', async (ways, uploads, downloads, offer) => {
    await restart(ways);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'x'), 'x');
    expect((await create({ filename: 'y' }, 1)).status).toBe(uploads);
    expect((await content('x')).status).toBe(downloads);
    expect((await ask('files')).status).toBe(downloads);
    using client = await openViewer();
    expect(client.messages.find(({ type }) => type === 'files')).toEqual(offer && { ...offer, folder });
  });

  it('pages of other origins with the token, not with the cookie', async () => {
    const preflight = await fetch(new URL('files/uploads', desktop.gateway.url), { method: 'OPTIONS' });
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
    expect(preflight.headers.get('access-control-allow-headers')).toContain('Upload-Checksum');
    const signedIn = await fetch(`${desktop.gateway.url}?token=${TOKEN}`, { redirect: 'manual' });
    const cookie = signedIn.headers.get('set-cookie')!.split(';')[0]!;
    const asked = await request('GET', '/files', { Cookie: cookie, Origin: 'https://evil.example' });
    expect(asked.status).toBe(403);
    expect(asked.headers['access-control-allow-credentials']).toBeUndefined();
    const posted = await request('POST', '/files/uploads', { Cookie: cookie, 'Tus-Resumable': '1.0.0' });
    expect(posted.status).toBe(403);
    expect((await request('GET', '/files', { Cookie: cookie })).status).toBe(200);
  });
});

/** `fetch` does not let a test choose Origin. */
async function request(method: string, path: string, headers: Record<string, string>) {
  const sent = httpRequest({ port: desktop.gateway.port, path, method, headers, agent: false });
  sent.end();
  const [response] = await once(sent, 'response');
  response.resume();
  return { status: response.statusCode as number, headers: response.headers as Record<string, string> };
}

async function readAll({ body }: Response): Promise<void> {
  for await (const _ of body!);
}

/** Somebody who only watches, and an owner who makes more and less of them. */
async function openWatcher() {
  const owner = await openViewer();
  const watcher = await openViewer(VIEWER_TOKEN);
  const { viewer, visit } = watcher.messages.find((message) => message.type === 'welcome')!;
  const becomes = async (role: Role): Promise<void> => {
    owner.send({ type: 'set-role', viewer, role });
    await vi.waitUntil(() => watcher.messages.findLast((message) => message.type === 'role')?.role === role);
  };
  const leave = (): void => {
    owner[Symbol.dispose]();
    watcher[Symbol.dispose]();
  };
  return { visit: visit!, becomes, [Symbol.dispose]: leave };
}

async function openViewer(token = TOKEN) {
  const { openSocket } = await import('../testing/socket-client.ts');
  const client = await openSocket(desktop.gateway, `/ws?token=${token}`);
  client.hello();
  await vi.waitUntil(() => client.messages.some(({ type }) => type === 'stream'), { timeout: 10_000 });
  return Object.assign(client, { [Symbol.dispose]: () => client.socket.close() });
}
