import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Shares } from './shares.ts';
import { type GatewayOnFakes, PICTURE, startGatewayOnFakes, TOKEN } from './testing/gateway-on-fakes.ts';
import { openSocket } from './testing/socket-client.ts';

const HOUR = 3_600_000;

let stateDir: string;
let shares: Shares;
let desktop: GatewayOnFakes;

beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'deskside-shares-'));
  shares = new Shares(stateDir);
  desktop = await startGatewayOnFakes({ shares, viewerToken: 'a-secret-for-those-who-watch' });
});
afterEach(async () => {
  vi.useRealTimers();
  await desktop[Symbol.asyncDispose]();
  await rm(stateDir, { recursive: true, force: true });
});

/** The role that a token gives, at the gateway, or the reason why it lets nobody in. */
async function roleOf(token: string): Promise<string | undefined> {
  const client = await openSocket(desktop.gateway, '/ws?auth=hello');
  client.hello(token);
  await vi.waitUntil(() => client.messages.length > 0, { timeout: 10_000 });
  client.socket.close();
  const [answer] = client.messages;
  return answer?.type === 'welcome' ? answer.role : answer?.type === 'refused' ? answer.reason : undefined;
}

/** The cookie that a browser gets for a token. */
async function cookieOf(token: string): Promise<string> {
  const answer = await fetch(`${desktop.gateway.url}?token=${token}`, { redirect: 'manual' });
  return answer.headers.get('set-cookie')!.split(';')[0]!;
}

async function statusWith(cookie: string): Promise<number> {
  return (await fetch(desktop.gateway.url, { headers: { cookie } })).status;
}

it.each(['viewer', 'controller'] as const)('a link lets in as %s', async (role) => {
  const { token } = await shares.create(role, HOUR);
  expect(await roleOf(token)).toBe(role);
});

it('the secret of watchers lets watch', async () => {
  expect(await roleOf('a-secret-for-those-who-watch')).toBe('viewer');
  expect(await roleOf(TOKEN)).toBe('controller');
});

it('a cookie has the role of its link, and ends with it', async () => {
  const { token, share } = await shares.create('viewer', HOUR);
  const cookie = await cookieOf(token);
  expect(cookie).not.toContain(token);
  const client = await openSocket(desktop.gateway, '/ws', {
    cookie,
    origin: desktop.gateway.url.slice(0, -1),
  });
  client.hello();
  await vi.waitUntil(() => client.messages.length > 0, { timeout: 10_000 });
  expect(client.messages[0]).toMatchObject({ type: 'welcome', role: 'viewer' });
  client.socket.close();
  expect(await statusWith(cookie)).toBe(200);
  expect(await shares.revoke(share.id)).toBe(true);
  expect(await statusWith(cookie)).toBe(410);
  expect(await roleOf(token)).toBe('link-revoked');
});

it('who is there is told to the owner alone', async () => {
  const { token, share } = await shares.create('viewer', HOUR, 'Ada');
  const people = async (secret: string) => {
    const response = await fetch(new URL('people', desktop.gateway.url), {
      headers: { authorization: `Bearer ${secret}` },
    });
    return { status: response.status, told: await response.json() };
  };
  const client = await openSocket(desktop.gateway, '/ws?auth=hello');
  client.hello(token);
  await vi.waitUntil(() => client.messages.length > 0, { timeout: 10_000 });
  expect(await people(TOKEN)).toMatchObject({
    status: 200,
    told: [{ role: 'viewer', owner: false, label: 'Ada' }],
  });
  expect(await people(token)).toMatchObject({ status: 403 });
  await shares.revoke(share.id);
  expect(await people(token)).toMatchObject({ status: 410 });
  client.socket.terminate();
});

it('a picture of the desktop is for its owner alone', async () => {
  const { token, share } = await shares.create('controller', HOUR);
  const ask = (secret?: string) =>
    fetch(new URL('screenshot', desktop.gateway.url), {
      headers: secret === undefined ? {} : { authorization: `Bearer ${secret}` },
    });
  const answer = await ask(TOKEN);
  expect(answer.headers.get('content-type')).toBe('image/png');
  expect(Buffer.from(await answer.arrayBuffer())).toEqual(PICTURE);
  expect((await ask()).status).toBe(401);
  expect((await ask('a-secret-for-those-who-watch')).status).toBe(403);
  expect((await ask(token)).status).toBe(403);
  await shares.revoke(share.id);
  expect((await ask(token)).status).toBe(410);
});

it('a cookie cannot be changed into another link or the owner’s', async () => {
  const cookie = await cookieOf('a-secret-for-those-who-watch');
  const [name, host, , signature] = cookie.split(/[=.]/);
  const owner = Buffer.from('owner').toString('base64url');
  expect(await statusWith(`${name}=${host}.${owner}.${signature}`)).toBe(401);
});

it('an expired link lets nobody in and is not listed', async () => {
  const { token } = await shares.create('viewer', HOUR);
  expect(await shares.list()).toHaveLength(1);
  vi.useFakeTimers({ now: Date.now() + HOUR + 1, toFake: ['Date'] });
  expect(await roleOf(token)).toBe('link-expired');
  expect(await shares.list()).toEqual([]);
});

it('an altered link, and one of another desktop, let nobody in', async () => {
  const { token } = await shares.create('viewer', HOUR);
  const other = await mkdtemp(join(tmpdir(), 'deskside-shares-'));
  expect(await new Shares(other).verify(token)).toEqual({ problem: 'altered' });
  await rm(other, { recursive: true });
  await fc.assert(
    fc.asyncProperty(fc.nat(token.length - 1), fc.constantFrom('A', 'z', '.', '_'), async (at, character) => {
      const altered = token.slice(0, at) + character + token.slice(at + 1);
      // The last character of a signature has bits that mean nothing.
      fc.pre(altered !== token && at < token.length - 1);
      const state = await shares.verify(altered);
      // Where even its begin is another, it is a wrong token like any.
      expect(state ?? { problem: 'altered' }).toEqual({ problem: 'altered' });
    }),
  );
});

it.each(['', '..', '../../share-key', 'x'.repeat(12), '0123456789AB'])('%j is no link', async (id) => {
  expect(await shares.find(id)).toBeUndefined();
  expect(await shares.revoke(id)).toBe(false);
});

/** A visitor by this link, who is there. */
async function visit(token: string) {
  const client = await openSocket(desktop.gateway, '/ws?auth=hello');
  client.hello(token);
  await vi.waitUntil(() => client.messages.length > 0, { timeout: 10_000 });
  expect(client.messages[0]!.type).toBe('welcome');
  return client;
}

it('whoever is there by a link goes when it is revoked, and nobody else does', async () => {
  const [revoked, other] = await Promise.all([shares.create('viewer', HOUR), shares.create('viewer', HOUR)]);
  const visitors = await Promise.all([revoked.token, other.token, TOKEN].map(visit));
  // By another process, as `deskside share --revoke` does it.
  expect(await new Shares(stateDir).revoke(revoked.share.id)).toBe(true);
  expect(await visitors[0]!.closed).toEqual({ code: 4411, reason: 'link-revoked' });
  expect(visitors[0]!.messages.at(-1)).toMatchObject({ type: 'refused', reason: 'link-revoked' });
  expect(desktop.gateway.viewers).toBe(2);
  for (const { socket } of visitors) socket.close();
});

it('whoever is there by a link goes when it expires', async () => {
  const { token } = await shares.create('viewer', 1500);
  const visitor = await visit(token);
  expect(await visitor.closed).toEqual({ code: 4410, reason: 'link-expired' });
});

it('a page says what is wrong with a link, each in its own way', async () => {
  const { token, share } = await shares.create('viewer', HOUR);
  const expired = await shares.create('viewer', -1);
  await shares.revoke(share.id);
  const pages = { 'link-revoked': token, 'link-expired': expired.token, 'link-altered': token.slice(0, -5) };
  for (const [reason, of] of Object.entries(pages)) {
    const answer = await fetch(`${desktop.gateway.url}?token=${of}`);
    expect(answer.status).toBe(reason === 'link-altered' ? 401 : 410);
    const page = await answer.text();
    const shown = [...page.matchAll(/data-reason="([^"]+)"( hidden)?/g)].filter(([, , hidden]) => !hidden);
    expect(shown.map(([, name]) => name)).toEqual([reason]);
  }
});

it('a browser with the cookie of a link that ended is told so over its socket', async () => {
  const { token, share } = await shares.create('viewer', HOUR);
  const cookie = await cookieOf(token);
  await shares.revoke(share.id);
  const origin = desktop.gateway.url.slice(0, -1);
  const client = await openSocket(desktop.gateway, '/ws', { cookie, origin });
  client.hello();
  expect((await client.closed).reason).toBe('link-revoked');
});
