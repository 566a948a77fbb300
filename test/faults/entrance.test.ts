import { once } from 'node:events';
import { request } from 'node:http';
import { describe, expect } from 'vitest';
import { WebSocket } from 'ws';
import { test } from '../support/desktop-test.ts';
import type { Streamer } from '../support/streamer.ts';

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

const wrongTokens: [what: string, query: string][] = [
  ['no token', ''],
  ['an empty one', '?token='],
  ['a wrong one', `?token=${'0'.repeat(22)}`],
  ['one of five thousand letters', `?token=${'a'.repeat(5000)}`],
  ['one that is no text', '?token=%00'],
];

test.for(wrongTokens)('%s: a sign-in page', async ([, query], { streamer }) => {
  const { status, body, headers } = await get(streamer, `/${query}`);
  expect(status).toBe(401);
  expect(body).toContain('deskside url');
  expect(body).not.toContain(streamer.token);
  expect(headers['set-cookie']).toBeUndefined();
});

test('health is open and tells no secret', async ({ streamer }) => {
  const { status, body } = await get(streamer, '/healthz');
  expect(status).toBe(200);
  expect(JSON.parse(body)).toBeTypeOf('object');
  expect(body).not.toContain(streamer.token);
});

test('a bearer token lets in', async ({ streamer }) => {
  const { status } = await get(streamer, '/', { authorization: `Bearer ${streamer.token}` });
  expect(status).toBe(200);
});

test('a right token is never slowed by wrong ones', async ({ streamer }) => {
  const wrong = Array.from({ length: 30 }, () => get(streamer, '/?token=wrong'));
  const { status } = await get(streamer, '/', { authorization: `Bearer ${streamer.token}` });
  expect(status).toBe(200);
  for (const answer of await Promise.all(wrong)) expect([401, 429]).toContain(answer.status);
});

describe('the cookie', () => {
  const own = (streamer: Streamer) => `127.0.0.1:${streamer.url.port}`;

  test('lets in from the host where it was given', async ({ streamer }) => {
    const cookie = await signIn(streamer);
    expect((await get(streamer, '/', { cookie })).status).toBe(200);
    expect(await upgrade(streamer, { cookie, origin: `http://${own(streamer)}` })).toBe(101);
  });

  test('does not open a socket for a foreign origin', async ({ streamer }) => {
    const cookie = await signIn(streamer);
    expect(await upgrade(streamer, { cookie, origin: 'http://evil.example' })).toBe(403);
    expect(await upgrade(streamer, { cookie, origin: 'null' })).toBe(403);
  });

  test('does not count at a foreign host', async ({ streamer }) => {
    const cookie = await signIn(streamer);
    const host = 'rebound.example';
    expect((await get(streamer, '/', { cookie, host })).status).toBe(403);
    expect(await upgrade(streamer, { cookie, host, origin: `http://${host}` })).toBe(403);
  });

  test('an explicit token opens a socket from anywhere', async ({ streamer }) => {
    const headers = { origin: 'https://elsewhere.example', host: 'proxy.example' };
    expect(await upgrade(streamer, headers, `?token=${streamer.token}`)).toBe(101);
  });
});

test.for(['/../../etc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '/%', '//', '/ws', '/nothing-here'])(
  'GET %s answers with an error and no file',
  async (path, { streamer }) => {
    const { status, body } = await get(streamer, path, { authorization: `Bearer ${streamer.token}` });
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expect(body).not.toContain('root:');
  },
);

async function signIn(streamer: Streamer): Promise<string> {
  const { headers } = await get(streamer, `/?token=${streamer.token}`);
  const [cookie] = headers['set-cookie'] as string[];
  return cookie!.split(';')[0]!;
}

/** Node's own client: `fetch` sets neither Host nor Cookie and cleans paths. */
async function get(streamer: Streamer, path: string, headers: Record<string, string> = {}): Promise<Answer> {
  const message = request({ host: '127.0.0.1', port: streamer.url.port, path, headers });
  message.end();
  const [response] = await once(message, 'response');
  let body = '';
  for await (const chunk of response) body += chunk;
  return { status: response.statusCode, headers: response.headers, body };
}

/** Status with which a WebSocket is answered; 101 is "switching protocols". */
async function upgrade(streamer: Streamer, headers: Record<string, string>, query = ''): Promise<number> {
  const socket = new WebSocket(`ws://127.0.0.1:${streamer.url.port}/ws${query}`, 'deskside.v1', { headers });
  return await new Promise((resolve, reject) => {
    socket.on('open', () => {
      socket.terminate();
      resolve(101);
    });
    socket.on('unexpected-response', (_, response) => {
      response.resume();
      resolve(response.statusCode!);
    });
    socket.on('error', reject);
  });
}
