import { once } from 'node:events';
import { copyFile, readFile, rename, writeFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect as connectTcp } from 'node:net';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { SUBPROTOCOL } from '@deskside/protocol';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { checkCertificate } from '../cli/checks.ts';
import type { Settings } from '../settings.ts';
import type { CertificateFiles } from './certificate.ts';
import { Certificates } from './testing/certificates.ts';
import { type GatewayOnFakes, INDEX, startGatewayOnFakes, TOKEN } from './testing/gateway-on-fakes.ts';

let certificates: Certificates;
let first: CertificateFiles;
let second: CertificateFiles;
let files: CertificateFiles;
let desktop: GatewayOnFakes;
let lines: string[];

const log = (): string => lines.join('');

beforeAll(async () => {
  certificates = await Certificates.open();
  [first, second] = await Promise.all([certificates.make('first'), certificates.make('second')]);
  files = { cert: join(certificates.folder, 'used.crt'), key: join(certificates.folder, 'used.key') };
});
afterAll(() => certificates[Symbol.asyncDispose]());

beforeEach(async () => {
  await use(first);
  lines = [];
  desktop = await startGatewayOnFakes({
    tls: files,
    log: pino({}, { write: (line: string) => lines.push(line) }),
  });
});
afterEach(() => desktop[Symbol.asyncDispose]());

async function use({ cert, key }: CertificateFiles): Promise<void> {
  await copyFile(key, files.key);
  await copyFile(cert, files.cert);
}

async function ask(
  path: string,
  over: 'http' | 'https',
  headers = {},
): Promise<IncomingMessage & { body: string }> {
  const send = over === 'https' ? httpsRequest : httpRequest;
  const request = send({
    port: desktop.gateway.port,
    path,
    headers,
    rejectUnauthorized: false,
    agent: false,
  });
  request.end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return Object.assign(response, { body: (await response.toArray()).join('') });
}

/** The common name in the certificate that the port shows now. */
async function shown(): Promise<string> {
  const socket = connect({ port: desktop.gateway.port, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { subject } = socket.getPeerCertificate();
  socket.destroy();
  return String(subject.CN);
}

it('serves the page over TLS, with a cookie that never travels in the clear', async () => {
  expect(desktop.gateway.url).toBe(`https://127.0.0.1:${desktop.gateway.port}/`);
  const signIn = await ask(`/?token=${TOKEN}`, 'https');
  expect(signIn.headers['set-cookie']![0]).toMatch(/; Secure$/);
  const cookie = signIn.headers['set-cookie']![0]!.split(';')[0]!;
  expect(await ask('/', 'https', { Cookie: cookie })).toMatchObject({ statusCode: 200, body: INDEX });
});

it('serves viewers over TLS', async () => {
  const address = `wss://127.0.0.1:${desktop.gateway.port}/ws?token=${TOKEN}`;
  const socket = new WebSocket(address, SUBPROTOCOL, { rejectUnauthorized: false });
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'hello', version: 1, codecs: [] }));
  const [data] = await once(socket, 'message');
  expect(JSON.parse(String(data)).type).toMatch(/welcome|refused/);
  socket.terminate();
});

it('sends browsers that come in the clear to TLS, and tells nobody else anything', async () => {
  const page = await ask('/below?view=fit', 'http', { Host: 'desk.example.com:6080' });
  expect(page).toMatchObject({
    statusCode: 308,
    headers: { location: 'https://desk.example.com:6080/below?view=fit' },
  });
  for (const path of ['/page.js', `/ws?token=${TOKEN}`, `/metrics?token=${TOKEN}`]) {
    expect((await ask(path, 'http')).statusCode).toBe(308);
  }
  expect((await ask('/', 'http', { Host: 'a"b/c' })).statusCode).toBe(426);
  expect((await ask('/healthz', 'http')).body).toContain('ok');
  expect((await ask('/healthz', 'https')).body).toContain('ok');
});

it('shows a renewed certificate without a restart', async () => {
  expect(await shown()).toBe('first');
  await use(second);
  await vi.waitUntil(async () => (await shown()) === 'second', { timeout: 20_000, interval: 50 });
  await vi.waitUntil(() => log().includes('certificate reloaded'));
});

it.for([
  ['that does not parse', async (): Promise<string> => 'no certificate'],
  ['of another key', (): Promise<string> => readFile(second.cert, 'utf8')],
  ['that is cut off', async (): Promise<string> => (await readFile(first.cert, 'utf8')).slice(0, 300)],
] as const)('keeps the earlier certificate when there is one %s', async ([, text]) => {
  await writeFile(`${files.cert}.new`, await text());
  await rename(`${files.cert}.new`, files.cert);
  await vi.waitUntil(() => log().includes('The certificate stays the earlier one'), { timeout: 20_000 });
  expect(log()).toContain(files.cert);
  expect(await shown()).toBe('first');
});

it('outlives whatever comes instead of a handshake', async () => {
  for (const bytes of ['\x16', '\x16\x03\x01\xff\xff', `\x16\x03\x01\x00\x05${'\xff'.repeat(2000)}`]) {
    const socket = connectTcp(desktop.gateway.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.end(bytes, 'latin1');
    await once(socket.resume(), 'close');
  }
  expect((await ask('/healthz', 'https')).statusCode).toBe(200);
});

it('is examined by the doctor', async () => {
  const examine = (given: Partial<Settings>) => checkCertificate(given as Settings);
  expect(await examine({ tlsCert: first.cert, tlsKey: first.key })).toMatchObject([{ ok: true }]);
  expect(await examine({ tlsCert: first.cert, tlsKey: second.key })).toMatchObject([{ ok: false }]);
  expect(await examine({})).toEqual([]);
  vi.useFakeTimers({ now: Date.now() + 3 * 86_400_000, toFake: ['Date'] });
  const [expired] = await examine({ tlsCert: first.cert, tlsKey: first.key });
  vi.useRealTimers();
  expect(expired).toMatchObject({ ok: false, detail: expect.stringContaining('Renew it') });
});

it('does not start with a certificate that cannot be used, and says why', async () => {
  const start = async (tls: CertificateFiles): Promise<void> => {
    await using _ = await startGatewayOnFakes({ tls });
  };
  await expect(start({ ...first, cert: '/nowhere.crt' })).rejects.toThrow(/nowhere\.crt.*--tls-cert/);
  await expect(start({ ...first, cert: first.key })).rejects.toThrow(/holds no certificate/);
  await expect(start({ cert: first.cert, key: second.key })).rejects.toThrow(/does not go with/);
});
