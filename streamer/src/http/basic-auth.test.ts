import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type GatewayOnFakes, INDEX, startGatewayOnFakes, TOKEN } from './testing/gateway-on-fakes.ts';
import { HandshakeRefused, openSocket } from './testing/socket-client.ts';

const basic = { user: 'ada', password: 'päss: wörd' };

let desktop: GatewayOnFakes;

beforeEach(async () => {
  desktop = await startGatewayOnFakes({ basic });
});
afterEach(() => desktop[Symbol.asyncDispose]());

function authorization(user = basic.user, password = basic.password): { authorization: string } {
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
}

function ask(headers: Record<string, string>, path = ''): Promise<Response> {
  return fetch(`${desktop.gateway.url}${path}`, { headers, redirect: 'manual' });
}

it('browsers are asked for a password, and whoever knows it sees the desktop', async () => {
  const asked = await ask({});
  expect(asked.status).toBe(401);
  expect(asked.headers.get('www-authenticate')).toMatch(/^Basic realm="Deskside"/);
  const page = await ask(authorization());
  expect(page.status).toBe(200);
  expect(await page.text()).toBe(INDEX);
});

it('the token goes on letting in', async () => {
  expect((await ask({ authorization: `Bearer ${TOKEN}` })).status).toBe(200);
  expect((await ask({}, `?token=${TOKEN}`)).status).toBe(303);
});

it('the page’s cookie opens its socket in browsers that send no password along', async () => {
  const cookie = (await ask(authorization())).headers.get('set-cookie')!.split(';')[0]!;
  const origin = desktop.gateway.url.slice(0, -1);
  const client = await openSocket(desktop.gateway, '/ws', { cookie, origin });
  client.hello();
  await expect.poll(() => client.messages[0]).toMatchObject({ type: 'welcome', role: 'controller' });
  client.socket.close();
  await using changed = await startGatewayOnFakes({ basic: { ...basic, password: 'another one' } });
  expect((await fetch(changed.gateway.url, { headers: { cookie } })).status).toBe(401);
});

it('a page of another site gets no socket, though its browser adds the password', async () => {
  const headers = { ...authorization(), origin: 'https://evil.example' };
  await expect(openSocket(desktop.gateway, '/ws', headers)).rejects.toThrow(HandshakeRefused);
});

it('programs use it too', async () => {
  expect((await ask(authorization(), 'metrics')).status).toBe(200);
  const client = await openSocket(desktop.gateway, '/ws', authorization());
  client.socket.close();
});

it('nothing else gets in', async () => {
  await using plain = await startGatewayOnFakes();
  expect((await fetch(plain.gateway.url, { headers: authorization() })).status).toBe(401);
  const wrong = fc.oneof(
    fc.tuple(fc.string(), fc.string()).map(([user, password]) => authorization(user, password).authorization),
    fc.constantFrom('Basic', 'Basic =', 'Basic YWRh', `Basic ${'A'.repeat(4000)}`),
  );
  await fc.assert(
    fc.asyncProperty(wrong, async (value) => {
      fc.pre(value !== authorization().authorization);
      const answer = await ask({ authorization: value });
      expect([401, 429]).toContain(answer.status);
    }),
    // Each wrong one waits: longer from time to time.
    { numRuns: 4 },
  );
});
