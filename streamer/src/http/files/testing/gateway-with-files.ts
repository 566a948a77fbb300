/** A gateway with a folder for files, anew for each test of a file that imports this, and what a page asks of it. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, vi } from 'vitest';
import { WebSocket } from 'ws';
import { Shares } from '../../shares.ts';
import { type GatewayOnFakes, startGatewayOnFakes, TOKEN } from '../../testing/gateway-on-fakes.ts';

export const VIEWER_TOKEN = 'b25lIHdobyBvbmx5IHdhdGNoZXM';

export let home: string;
export let folder: string;
export let shares: Shares;
export let desktop: GatewayOnFakes;

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

export async function restart(ways: 'both' | 'in' | 'out' | 'none', directory = folder): Promise<void> {
  await desktop[Symbol.asyncDispose]();
  desktop = await start(ways, directory);
}

export function ask(
  path: string,
  options: RequestInit & { headers?: Record<string, string> } = {},
  token = TOKEN,
) {
  const headers = { Authorization: `Bearer ${token}`, ...options.headers };
  return fetch(new URL(path, desktop.gateway.url), { ...options, headers });
}

export function content(path: string, headers: Record<string, string> = {}): Promise<Response> {
  return ask(`files/content?path=${encodeURIComponent(path)}`, { headers });
}

export function metadata(given: Record<string, string>): string {
  return Object.entries(given)
    .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
    .join(',');
}

export function create(
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

export function patch(
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

export async function addressOf(created: Response): Promise<URL> {
  expect(created.status).toBe(201);
  return new URL(created.headers.get('location')!, created.url);
}

export async function upload(given: Record<string, string>, text: string): Promise<Response> {
  const bytes = new TextEncoder().encode(text);
  return patch(await addressOf(await create(given, bytes.byteLength)), 0, bytes, sha256(bytes));
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64');
}

/** All files below the folder for files but unfinished ones. */
export async function present(): Promise<string[]> {
  const names: string[] = await readdir(folder, { recursive: true }).catch(() => []);
  return names.filter((name) => !name.startsWith('.deskside-partial')).sort();
}

/** A page's end of the line over which it uploads. */
export class Line {
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

export const bearer = (token = TOKEN) => ({ Authorization: `Bearer ${token}` });
export const tus = { 'Tus-Resumable': '1.0.0', 'Content-Type': 'application/offset+octet-stream' };

export const idOf = (answer: { headers?: Record<string, string> }) =>
  answer.headers!.location!.split('/').at(-1)!;
