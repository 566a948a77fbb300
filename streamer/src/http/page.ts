/** The page's files: public, without secrets, read once, with their compressed forms that lie beside them. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';

export interface Asset {
  type: string;
  /** Strong entity tag (RFC 9110 section 8.8.3) of the uncompressed bytes. */
  etag: string;
  plain: Buffer;
  /** In other encodings, if there are any. */
  br?: Buffer | undefined;
  gzip?: Buffer | undefined;
}

/** The built page as `client/viewer/build.mjs` writes it. */
export interface Page {
  /** The desktop. */
  index: Asset;
  /** What those see who have no token. */
  signIn: Asset;
  /** The same for those whose token or link lets nobody in, by the reason; it says so. */
  signInAfter: ReadonlyMap<string, Asset>;
  /** Everything that is public, by file name, e.g. `page.js`. */
  assets: ReadonlyMap<string, Asset>;
  /** What the page may load: its Content-Security-Policy. */
  policy: string;
}

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webmanifest': 'application/manifest+json',
};

/** Why a token or link lets nobody in: `reason` of a Problem. */
const REASONS = ['token', 'link-expired', 'link-revoked', 'link-altered'];

/**
 * Reads the built page. Files of other types (maps, notes) are not served.
 *
 * @throws Error naming the directory if it is not there as a whole
 */
export async function loadPage(directory: string): Promise<Page> {
  const names: string[] = await readdir(directory).catch(() => []);
  const served = names.filter((name) => extname(name) in TYPES);
  const assets = new Map(
    await Promise.all(served.map(async (name) => [name, await load(directory, name)] as const)),
  );
  const index = assets.get('index.html');
  const signIn = assets.get('sign-in.html');
  const policy = await readFile(join(directory, 'content-security-policy.txt'), 'utf8').catch(
    () => undefined,
  );
  if (!index || !signIn || policy === undefined) {
    throw new Error(`There is no page in ${directory}. Build it with "npm run build", then start again.`);
  }
  const signInAfter = new Map(
    REASONS.map((reason) => [reason, assetOf(saying(reason, signIn.plain), signIn.type)] as const),
  );
  return { index, signIn, signInAfter, assets, policy: policy.trim() };
}

/** The page with what stands in it for the reason, shown without a script or a style sheet. */
function saying(reason: string, page: Buffer): Buffer {
  const shown = page.toString().replace(`data-reason="${reason}" hidden`, `data-reason="${reason}"`);
  // A link that opens nothing is not mended by a token.
  return Buffer.from(reason === 'token' ? shown : shown.replace('id="with-token"', 'id="with-token" hidden'));
}

/** Answers GET and HEAD; 304 if the client has the file. */
export function sendAsset(
  request: IncomingMessage,
  response: ServerResponse,
  asset: Asset,
  headers: Record<string, string>,
): void {
  const encoding = chooseEncoding(request, asset);
  const etag = encoding ? asset.etag.replace(/"$/, `-${encoding}"`) : asset.etag;
  const caching = { ...headers, ETag: etag, 'Cache-Control': 'no-cache' };
  if (request.headers['if-none-match'] === etag) response.writeHead(304, caching).end();
  else sendBody(request, response, 200, asset, caching);
}

/** Answers with a document that stands for an error: nobody is to keep it. */
export function sendErrorPage(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  asset: Asset,
  headers: Record<string, string>,
): void {
  sendBody(request, response, status, asset, { ...headers, 'Cache-Control': 'no-store' });
}

/** In the best encoding that the client takes. */
function sendBody(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  asset: Asset,
  headers: Record<string, string>,
): void {
  const encoding = chooseEncoding(request, asset);
  const body = asset[encoding ?? 'plain']!;
  response.writeHead(status, {
    ...headers,
    Vary: 'Accept-Encoding',
    'Content-Type': asset.type,
    'Content-Length': body.byteLength,
    ...(encoding && { 'Content-Encoding': encoding }),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

async function load(directory: string, name: string): Promise<Asset> {
  const file = join(directory, name);
  const asset = assetOf(await readFile(file), TYPES[extname(name)]!);
  const [br, gzip] = await Promise.all([readIfThere(`${file}.br`), readIfThere(`${file}.gz`)]);
  return { ...asset, br, gzip };
}

function readIfThere(file: string): Promise<Buffer | undefined> {
  return readFile(file).catch(() => undefined);
}

function assetOf(plain: Buffer, type: string): Asset {
  const etag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`;
  return { type, etag, plain };
}

/** Brotli where it is offered (browsers do so over HTTPS and on loopback), else gzip; no weighing of q values. */
function chooseEncoding(request: IncomingMessage, asset: Asset): 'br' | 'gzip' | undefined {
  const offered = String(request.headers['accept-encoding'] ?? '')
    .split(',')
    .map((item) => item.split(';')[0]!.trim());
  return (['br', 'gzip'] as const).find((encoding) => asset[encoding] && offered.includes(encoding));
}
