/** The page's files: public, without secrets, read once and kept compressed. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip, constants as zlib } from 'node:zlib';

export interface Asset {
  type: string;
  /** Strong entity tag (RFC 9110 section 8.8.3) of the uncompressed bytes. */
  etag: string;
  plain: Buffer;
  br: Buffer;
  gzip: Buffer;
}

/** By file name, e.g. `page.js`. */
export type Assets = ReadonlyMap<string, Asset>;

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webmanifest': 'application/manifest+json',
};

/**
 * Reads the built page. Files of other types (maps, notes) are left out.
 *
 * @throws Error naming the directory if there is no page in it
 */
export async function loadAssets(directory: string): Promise<Assets> {
  const names: string[] = await readdir(directory).catch(() => []);
  if (!names.includes('index.html')) {
    throw new Error(`There is no page in ${directory}. Build it with "npm run build", then start again.`);
  }
  const served = names.filter((name) => extname(name) in TYPES);
  return new Map(await Promise.all(served.map(async (name) => [name, await load(directory, name)] as const)));
}

/** Answers GET and HEAD in the best encoding that the client takes; 304 if it has the file. */
export function sendAsset(
  request: IncomingMessage,
  response: ServerResponse,
  asset: Asset,
  headers: Record<string, string>,
): void {
  const encoding = chooseEncoding(request);
  const etag = encoding ? asset.etag.replace(/"$/, `-${encoding}"`) : asset.etag;
  const caching = { ...headers, ETag: etag, 'Cache-Control': 'no-cache', Vary: 'Accept-Encoding' };
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304, caching).end();
    return;
  }
  const body = asset[encoding ?? 'plain'];
  response.writeHead(200, {
    ...caching,
    'Content-Type': asset.type,
    'Content-Length': body.byteLength,
    ...(encoding && { 'Content-Encoding': encoding }),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

async function load(directory: string, name: string): Promise<Asset> {
  const plain = await readFile(join(directory, name));
  return {
    type: TYPES[extname(name)]!,
    etag: `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`,
    plain,
    // Quality 9: a twentieth of the time of 11 at start, a few per cent more bytes.
    br: await promisify(brotliCompress)(plain, { params: { [zlib.BROTLI_PARAM_QUALITY]: 9 } }),
    gzip: await promisify(gzip)(plain),
  };
}

/** Brotli where it is offered (browsers do so over HTTPS and on loopback), else gzip; no weighing of q values. */
function chooseEncoding(request: IncomingMessage): 'br' | 'gzip' | undefined {
  const offered = String(request.headers['accept-encoding'] ?? '')
    .split(',')
    .map((item) => item.split(';')[0]!.trim());
  return (['br', 'gzip'] as const).find((encoding) => offered.includes(encoding));
}
