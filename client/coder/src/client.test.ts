import { describe, expect, test } from 'vitest';
import { answer, RecordedServer, recording } from '../../../test/support/coder/recorded.ts';
import { CoderClient } from './client.ts';
import type { Workspace } from './types.ts';

const TOKEN = 'abcdefghij-abcdefghijklmnopqrstuv';
const WORKSPACE = '8639b124-6e42-4f77-b2ea-c6d62eaf681c';
const BUILD = '02ecb1c1-7086-464d-b197-3bf15455bd45';
const AGENT = 'c9f82ec6-e84c-47cf-9f48-d45a068e076f';
const VERSION = '3e14e006-8685-4779-9cc4-db652fcd2a40';

async function setUp(...parts: Parameters<typeof RecordedServer.start>) {
  const server = await RecordedServer.start(...parts);
  return {
    server,
    client: new CoderClient({ url: `${server.url}/`, token: TOKEN }),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** Each reading method, the recording that it must give, and what is picked from it. */
const READS: [string, (client: CoderClient) => Promise<unknown>, string, string?][] = [
  ['getAuthenticatedUser', (c) => c.getAuthenticatedUser(), 'users-me'],
  ['getWorkspaces', (c) => c.getWorkspaces(), 'workspaces-owner-me'],
  ['getWorkspaces without any', (c) => c.getWorkspaces('owner:me name:zzz'), 'workspaces-none'],
  ['getWorkspace', (c) => c.getWorkspace(WORKSPACE), 'workspace'],
  ['getWorkspaceByOwnerAndName', (c) => c.getWorkspaceByOwnerAndName('me', 'ws'), 'workspace-by-name'],
  ['getWorkspaceBuilds', (c) => c.getWorkspaceBuilds(WORKSPACE), 'workspace-builds'],
  ['getWorkspaceBuild', (c) => c.getWorkspaceBuild(BUILD), 'workspacebuild'],
  ['getWorkspaceBuildParameters', (c) => c.getWorkspaceBuildParameters(BUILD), 'workspacebuild-parameters'],
  ['getTemplates', (c) => c.getTemplates(), 'templates'],
  [
    'getTemplateVersionParameters',
    (c) => c.getTemplateVersionParameters(VERSION),
    'template-version-parameters',
  ],
  ['getWorkspaceAgent', (c) => c.getWorkspaceAgent(AGENT), 'workspaceagent'],
  ['getListeningPorts', (c) => c.getListeningPorts(AGENT), 'workspaceagent-listening-ports', 'ports'],
  ['getApplicationsHost', (c) => c.getApplicationsHost(), 'applications-host', 'host'],
  ['getTokens', (c) => c.getTokens(), 'apikeys'],
  ['createToken', (c) => c.createToken({ scope: 'application_connect' }), 'apikey-create', 'key'],
];

describe('what the real server answered', () => {
  test.for(READS)('%s', async ([_, read, name, field]) => {
    await using rig = await setUp();
    const recorded = recording<Record<string, unknown>>(name);
    expect(await read(rig.client)).toEqual(field ? recorded[field] : recorded);
    expect(rig.server.requests[0]).toMatchObject({ token: TOKEN });
  });

  test('getBuildInfo works without a token', async () => {
    await using rig = await setUp({ 'GET /api/v2/buildinfo': answer('buildinfo') });
    const client = new CoderClient({ url: rig.server.url });
    expect((await client.getBuildInfo()).version).toBe('v2.24.1');
    expect(rig.server.requests[0]?.token).toBeUndefined();
  });

  test('deleteToken takes an answer without content', async () => {
    await using rig = await setUp();
    await expect(rig.client.deleteToken('RktHiqkQki')).resolves.toBeUndefined();
  });
});

describe('builds', () => {
  test.for([
    ['start', 'build-start-created'],
    ['stop', 'build-stop-created'],
  ] as const)('%s sends its transition and its parameters', async ([transition, name]) => {
    const path = `/api/v2/workspaces/${WORKSPACE}/builds`;
    await using rig = await setUp({ [`POST ${path}`]: answer(name) });
    const values = { rich_parameter_values: [{ name: 'quality', value: '7' }] };
    const build = await rig.client[`${transition}Workspace`](WORKSPACE, values);
    expect(build).toEqual(recording(name));
    expect(rig.server.requests).toMatchObject([{ method: 'POST', url: path }]);
    expect(JSON.parse(rig.server.requests[0]!.body)).toEqual({ transition, ...values });
  });
});

describe('pages', () => {
  const [workspace] = recording<{ workspaces: Workspace[] }>('workspaces-owner-me').workspaces;
  const numbered = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) => ({ ...workspace, id: `id-${from + index}` }));

  test.for([
    ['the last is short', 3, (offset: number) => numbered(offset, offset < 100 ? 50 : 7), 107],
    ['the last is empty', 3, (offset: number) => numbered(offset, offset < 100 ? 50 : 0), 100],
    [
      'one was removed meanwhile',
      2,
      (offset: number) => numbered(Math.max(0, offset - 1), offset ? 20 : 50),
      69,
    ],
    ['a server that ignores the offset', 2, () => numbered(0, 50), 50],
  ] as const)('every workspace comes once: %s', async ([_, requests, page, total]) => {
    await using rig = await setUp({
      'GET /api/v2/workspaces': (request, response) => {
        const offset = Number(new URL(request.url!, 'http://x').searchParams.get('offset'));
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ workspaces: page(offset), count: total }));
      },
    });
    const ids = new Set<string>();
    for await (const { id } of rig.client.allWorkspaces()) ids.add(id);
    expect(ids.size).toBe(total);
    expect(rig.server.requests).toHaveLength(requests);
  });
});

describe('names', () => {
  test('are encoded', async () => {
    await using rig = await setUp();
    await rig.client.getWorkspaceByOwnerAndName('a/b?c', 'ü d').catch(() => {});
    expect(rig.server.requests[0]?.url).toBe('/api/v2/users/a%2Fb%3Fc/workspace/%C3%BC%20d');
  });

  test.for(['', '.', '..'])('%j is refused before it leads to another path', async (name) => {
    await using rig = await setUp();
    expect(() => rig.client.getWorkspace(name)).toThrow(/empty or made of dots/);
    expect(rig.server.requests).toEqual([]);
  });
});

test('the token is in no inspection of the client', async () => {
  await using rig = await setUp();
  const { inspect } = await import('node:util');
  expect(inspect(rig.client, { depth: 9, showHidden: true }) + JSON.stringify(rig.client)).not.toContain(
    TOKEN,
  );
});

describe('what cannot be an address or a token', () => {
  test.for(['coder.example.com', 'ftp://coder.example.com', 'https://me:secret@coder.example.com', ''])(
    '%s',
    (url) => {
      expect(() => new CoderClient({ url })).toThrow(/not an http or https address/);
      expect(() => new CoderClient({ url })).not.toThrow(/secret/);
    },
  );

  test.for(['', 'two words', 'a\r\nHost: evil', 'ü', 'x'.repeat(1025)])('%j', (token) => {
    expect(() => new CoderClient({ url: 'https://coder.example.com', token })).toThrow(/session token/);
  });
});
