/** Files as they are sent: whole or a range (RFC 9110 section 14), with the hash of what is sent where it is wanted. */
import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { BandwidthShare } from './bandwidth-share.ts';

/** Largest range that is hashed, bytes: it is read once more for that before the first byte leaves. */
const MAX_HASHED = 64 * 1024 * 1024;

interface Range {
  start: number;
  /** The last byte of it. */
  end: number;
}

/** Answers GET and HEAD. The handle stays open. */
export async function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  { name, file, stats }: { name: string; file: FileHandle; stats: Stats },
  share: BandwidthShare,
): Promise<void> {
  const etag = etagOf(stats);
  response.setHeaders(
    new Map(Object.entries({ ...HEADERS, ETag: etag, 'Content-Disposition': disposition(name) })),
  );
  if (changedSince(request, etag)) {
    response.writeHead(412).end();
    return;
  }
  const { size } = stats;
  const asked = rangeOf(request, etag, size);
  if (asked === 'unsatisfiable') {
    response.writeHead(416, { 'Content-Range': `bytes */${size}` }).end();
    return;
  }
  const range = asked ?? { start: 0, end: size - 1 };
  const length = range.end - range.start + 1;
  if (request.headers['want-content-digest']?.includes('sha-256') && length <= MAX_HASHED) {
    response.setHeader('Content-Digest', `sha-256=:${await hash(file, range)}:`);
  }
  if (asked) response.setHeader('Content-Range', `bytes ${range.start}-${range.end}/${size}`);
  response.writeHead(asked ? 206 : 200, { 'Content-Length': length });
  if (request.method === 'HEAD' || length === 0) response.end();
  else await send(file, range, response, share);
}

const HEADERS = {
  // A page that lies among the files must not become one of ours.
  'Content-Type': 'application/octet-stream',
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; sandbox",
  'Accept-Ranges': 'bytes',
  'Cache-Control': 'no-store',
};

async function send(
  file: FileHandle,
  range: Range,
  response: ServerResponse,
  share: BandwidthShare,
): Promise<void> {
  using transfer = share.join();
  const pace = async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      await transfer.take(chunk.byteLength);
      yield chunk;
    }
  };
  // Whoever stops reading, or a file that became shorter, ends the answer: its length tells that something is missing.
  await pipeline(file.createReadStream({ ...range, autoClose: false }), pace, response).catch(() => {
    response.destroy();
  });
}

async function hash(file: FileHandle, range: Range): Promise<string> {
  const digest = createHash('sha256');
  if (range.end < range.start) return digest.digest('base64');
  for await (const chunk of file.createReadStream({ ...range, autoClose: false })) digest.update(chunk);
  return digest.digest('base64');
}

/** Whether the client goes on with a file that is another one by now (If-Match, RFC 9110 section 13.1.1). */
function changedSince({ headers }: IncomingMessage, etag: string): boolean {
  const expected = headers['if-match'];
  return (
    expected !== undefined && expected !== '*' && !expected.split(',').some((tag) => tag.trim() === etag)
  );
}

/** The one range that is asked for; undefined: all of it, which is the answer to several ranges and to nonsense, too. */
function rangeOf(
  { headers }: IncomingMessage,
  etag: string,
  size: number,
): Range | 'unsatisfiable' | undefined {
  const condition = headers['if-range'];
  if (condition !== undefined && condition !== etag) return undefined;
  const [, from = '', to = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(headers.range ?? '') ?? [];
  if (from === '' && to === '') return undefined;
  if (from === '')
    return Number(to) === 0 || size === 0
      ? 'unsatisfiable'
      : { start: Math.max(0, size - Number(to)), end: size - 1 };
  const start = Number(from);
  const end = to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (start >= size) return 'unsatisfiable';
  return end < start ? undefined : { start, end };
}

/** Another one for each version of a file, as far as its time and size tell. */
function etagOf({ ino, size, mtimeMs }: Stats): string {
  return `"${ino.toString(36)}-${size.toString(36)}-${mtimeMs.toString(36)}"`;
}

/** RFC 6266; the name as RFC 8187 encodes it, which leaves nothing that could end the header. */
export function disposition(name: string): string {
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename*=UTF-8''${encoded}`;
}
