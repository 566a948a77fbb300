import { describe, expect, test } from 'vitest';
import { recording } from '../../../test/support/coder/recorded.ts';
import { agentsOf, appUrl, findAgent, findApps } from './apps.ts';
import type { Workspace, WorkspaceApp } from './types.ts';

const workspace = recording<Workspace>('workspace');
const main = findAgent(workspace)!;
const app = (slug: string, change: Partial<WorkspaceApp> = {}) => ({
  ...findApps(workspace, slug)[0]!,
  app: { ...findApps(workspace, slug)[0]!.app, ...change },
  workspace,
  url: 'https://coder.example.com',
  applicationsHost: '*.apps.example.com:8443',
});

describe('where an app opens', () => {
  test.for([
    ['a path app', app('echo'), 'https://coder.example.com/@admin/ws.main/apps/echo/'],
    ['a subdomain app', app('echosub'), 'https://echosub--main--ws--admin.apps.example.com:8443/'],
    [
      'a subdomain app without a wildcard domain',
      { ...app('echosub'), applicationsHost: '' },
      'https://coder.example.com/@admin/ws.main/apps/echosub/',
    ],
    [
      'a subdomain app whose label Coder hashed',
      app('echosub', { subdomain_name: 'a-name-that-looks-like-$&-no-other' }),
      'https://a-name-that-looks-like-$&-no-other.apps.example.com:8443/',
    ],
    ['an external app', app('echo', { external: true, url: 'vscode://x/y?z' }), 'vscode://x/y?z'],
    [
      'a command',
      app('echo', { command: 'htop -d 5' }),
      'https://coder.example.com/@admin/ws.main/terminal?command=htop%20-d%205',
    ],
    [
      'a deployment below a path, with a slash',
      { ...app('echo'), url: 'https://example.com/coder/' },
      'https://example.com/coder/@admin/ws.main/apps/echo/',
    ],
  ] as const)('%s', ([_, parts, url]) => {
    expect(appUrl(parts)).toBe(url);
  });
});

describe('agents and apps', () => {
  const child = { ...main, id: 'child', name: 'devcontainer', parent_id: main.id };
  child.apps = [{ ...main.apps[0]!, slug: 'a1b2c3d4-echo' }];
  const withChild = structuredClone(workspace);
  withChild.latest_build.resources[0]!.agents!.unshift(child);

  test('of dev containers are among them', () => {
    expect(agentsOf(withChild).map(({ name }) => name)).toEqual(['devcontainer', 'main']);
  });

  test('without a name, the agent is none of a dev container', () => {
    expect(findAgent(withChild)?.name).toBe('main');
    expect(findAgent(withChild, 'devcontainer')?.id).toBe('child');
    expect(findAgent(withChild, 'child')?.name).toBe('devcontainer');
    expect(findAgent(withChild, 'none')).toBeUndefined();
  });

  test("a feature's app is found behind the hash before its slug", () => {
    expect(findApps(withChild, 'echo').map(({ agent }) => agent.name)).toEqual(['devcontainer', 'main']);
    expect(findApps(withChild, 'sub')).toEqual([]);
  });

  test('a stopped workspace has none', () => {
    expect(agentsOf(recording<Workspace>('workspace-stopped'))).toEqual([]);
  });
});
