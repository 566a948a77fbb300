import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { TOKEN } from '../testing/gateway-on-fakes.ts';
import {
  bearer,
  desktop,
  folder,
  idOf,
  Line,
  metadata,
  present,
  restart,
  sha256,
  tus,
  VIEWER_TOKEN,
} from './testing/gateway-with-files.ts';

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
