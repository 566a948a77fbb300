import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type AppHealth, CoderClient, type FoundAgent, findApps, type Template } from '@deskside/coder';
import { expect } from 'vitest';
import { test as base, describeWithCoder } from '../support/coder/coder-test.ts';
import { CODER_VERSION } from '../support/coder/server-binary.ts';
import { Relay } from '../support/relay.ts';

const TEMPLATE = join(import.meta.dirname, '../support/coder/template/main.tf');

/** What the workspace's apps lead to: answers as long as it is well. */
class App implements AsyncDisposable {
  well = true;
  readonly #server: Server;

  static async start(): Promise<App> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new App(server);
  }

  private constructor(server: Server) {
    this.#server = server;
    server.on('request', (request, response) => {
      response.statusCode = this.well ? 200 : 500;
      response.end(`seen ${request.url}`);
    });
  }

  get port(): string {
    return String((this.#server.address() as AddressInfo).port);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

const test = base
  .extend('app', { scope: 'file' }, async ({ deployment: _ }, { onCleanup }) => {
    const app = await App.start();
    onCleanup(() => app[Symbol.asyncDispose]());
    return app;
  })
  .extend('template', { scope: 'file' }, async ({ deployment, app }): Promise<Template> => {
    return await deployment.pushTemplate('echo', { 'main.tf': TEMPLATE }, { app_port: app.port });
  })
  /** A workspace that is running when the file begins. */
  .extend('desk', { scope: 'file' }, async ({ deployment, template }): Promise<FoundAgent> => {
    const { client } = deployment.admin;
    const { id } = await client.createWorkspace('me', { name: 'desk', template_id: template.id });
    return await client.waitForAgent(id);
  })
  .extend('client', ({ deployment }) => deployment.admin.client);

async function take<T>(count: number, values: AsyncIterable<T>): Promise<T[]> {
  const taken: T[] = [];
  for await (const value of values) if (taken.push(value) === count) break;
  return taken;
}

/** A request to a host that need not resolve, as of a subdomain app. */
async function fetchFrom(url: string, path: string, headers: Record<string, string>): Promise<string> {
  const asked = get(new URL(path, url), { headers });
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return await text(response);
}

async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
  return await take(Number.POSITIVE_INFINITY, values);
}

/** As in a browser, which gives a WebSocket no headers. */
const noWebSocket = () => {
  throw new SyntaxError('no headers');
};

describeWithCoder("the client and Coder's real server", () => {
  test('who and what is there', async ({ client, desk, template }) => {
    expect((await client.getBuildInfo()).version).toContain(CODER_VERSION);
    expect((await client.getAuthenticatedUser()).username).toBe('admin');
    expect(await client.getApplicationsHost()).toMatch(/^\*\.localhost:\d+$/);
    expect((await client.getTemplates()).map(({ name }) => name)).toEqual(['echo']);
    const [parameter] = await client.getTemplateVersionParameters(template.active_version_id);
    expect(parameter).toMatchObject({ name: 'quality', type: 'number', validation_max: 10 });

    const { id } = desk.workspace;
    expect(await client.getWorkspaces('owner:me status:running')).toMatchObject({
      count: 1,
      workspaces: [{ id }],
    });
    expect((await all(client.allWorkspaces())).map(({ name }) => name)).toEqual(['desk']);
    expect((await client.getWorkspace(id)).name).toBe('desk');
    expect((await client.getWorkspaceByOwnerAndName('me', 'desk')).id).toBe(id);
    const agent = await client.getWorkspaceAgent(desk.agent.id);
    expect(agent.apps.map(({ slug }) => slug).sort()).toEqual(['docs', 'echo', 'wide']);
  });

  test('builds', async ({ client, desk }) => {
    const { id, latest_build: build } = desk.workspace;
    expect((await client.getWorkspaceBuilds(id)).at(-1)?.id).toBe(build.id);
    expect((await all(client.allWorkspaceBuilds(id))).at(-1)?.id).toBe(build.id);
    expect((await client.getWorkspaceBuild(build.id)).job.status).toBe('succeeded');
    expect((await client.getWorkspaceBuildByNumber('me', 'desk', 1)).id).toBe(build.id);
    expect(await client.getWorkspaceBuildParameters(build.id)).toEqual([{ name: 'quality', value: '5' }]);
  });

  test('keys are made, listed and deleted', async ({ client, deployment }) => {
    const token = await client.createToken({ token_name: 'made', scope: 'all', lifetime: 3600e9 });
    const other = new CoderClient({ url: deployment.url, token });
    expect((await other.getAuthenticatedUser()).username).toBe('admin');
    const made = (await client.getTokens()).find(({ token_name }) => token_name === 'made');
    await client.deleteToken(made!.id);
    await expect(other.getAuthenticatedUser()).rejects.toMatchObject({ code: 'unauthorized' });
  });

  test('the ports of the workspace', async ({ client, desk, deployment }) => {
    // Those of apps are left out; the workspace shares this machine's ports, and the deployment has one.
    const ports = await client.getListeningPorts(desk.agent.id);
    expect(ports.map(({ port }) => port)).toContain(Number(new URL(deployment.url).port));
  });

  test('apps open where the addresses say', async ({ client, desk, deployment }) => {
    for (const slug of ['echo', 'wide']) {
      const url = await client.getAppUrl(await client.waitForAppHealthy(desk.workspace.id, slug));
      const { host, pathname } = new URL(url);
      const headers = { Host: host, 'Coder-Session-Token': deployment.admin.token };
      const response = await fetchFrom(deployment.url, `${pathname}page?a=b`, headers);
      expect(response).toBe('seen /page?a=b');
    }
    const docs = await client.waitForAppHealthy(desk.workspace.id, 'docs');
    expect(await client.getAppUrl(docs)).toBe('https://example.com/docs');
  });

  test.for([
    ['a WebSocket', undefined],
    ['server-sent events', noWebSocket],
  ] as const)("an app's health, watched over %s", async ([_, webSocket], { deployment, desk, app }) => {
    const client = new CoderClient({ url: deployment.url, token: deployment.admin.token, webSocket });
    const seen = async (health: AppHealth) => {
      for await (const workspace of client.watchWorkspace(desk.workspace.id)) {
        if (findApps(workspace, 'echo')[0]?.app.health === health) return;
      }
    };
    await seen('healthy');
    app.well = false;
    await seen('unhealthy');
    app.well = true;
    await client.waitForAppHealthy(desk.workspace.id, 'echo');
  });

  test.for([
    ['a WebSocket', undefined],
    ['server-sent events', noWebSocket],
  ] as const)("the agent's metadata over %s", async ([_, webSocket], { deployment, desk }) => {
    const client = new CoderClient({ url: deployment.url, token: deployment.admin.token, webSocket });
    for await (const [load] of client.watchAgentMetadata(desk.agent.id)) {
      if (!load?.result.value) continue;
      expect(load).toMatchObject({
        description: { key: 'load' },
        result: { value: expect.stringMatching(/^\d/) },
      });
      break;
    }
  });

  test.for([
    ['a WebSocket', undefined],
    ['plain requests', noWebSocket],
  ] as const)("a build's log, complete, over %s", async ([_, webSocket], { deployment, desk }) => {
    const client = new CoderClient({ url: deployment.url, token: deployment.admin.token, webSocket });
    const logs = await all(client.followBuildLogs(desk.workspace.latest_build.id));
    expect(logs.map(({ stage }) => stage)).toContain('Planning infrastructure');
    const later = await all(client.followBuildLogs(desk.workspace.latest_build.id, { after: logs[4]!.id }));
    expect(later).toEqual(logs.slice(5));
  });

  test.for([
    ['a WebSocket', undefined],
    ['plain requests', noWebSocket],
  ] as const)("an agent's log over %s", async ([_, webSocket], { deployment, desk }) => {
    const client = new CoderClient({ url: deployment.url, token: deployment.admin.token, webSocket });
    const logs = await take(300, client.followAgentLogs(desk.agent.id));
    expect(logs.map(({ output }) => output)).toEqual(Array.from({ length: 300 }, (_, n) => `line ${n + 1}`));
  });

  test('a log and a watch go on after their connections were cut', async ({ deployment, template }) => {
    await using relay = await Relay.to(Number(new URL(deployment.url).port));
    const { token } = deployment.admin;
    const client = new CoderClient({ url: relay.rewrite(deployment.url), token });
    const workspace = await client.createWorkspace('me', { name: 'cut', template_id: template.id });
    const ids: number[] = [];
    for await (const { id } of client.followBuildLogs(workspace.latest_build.id)) {
      ids.push(id);
      if (ids.length % 10 === 0) relay.cut();
    }
    const whole = await all(deployment.admin.client.followBuildLogs(workspace.latest_build.id));
    expect(ids).toEqual(whole.map(({ id }) => id));

    let states = 0;
    for await (const _ of client.watchWorkspace(workspace.id)) {
      if (++states === 3) break;
      relay.cut();
    }
    const build = await client.deleteWorkspace(workspace.id);
    expect((await client.waitForBuild(build)).status).toBe('deleted');
  });

  test('what is wrong is said by kind', async ({ deployment, client, desk, template }) => {
    const stranger = new CoderClient({ url: deployment.url, token: 'abcdefghij-abcdefghijklmnopqrstuv' });
    await expect(stranger.getAuthenticatedUser()).rejects.toMatchObject({
      code: 'unauthorized',
      status: 401,
    });
    await expect(all(stranger.watchWorkspace(desk.workspace.id))).rejects.toMatchObject({
      code: 'unauthorized',
    });
    await expect(all(stranger.followAgentLogs(desk.agent.id))).rejects.toMatchObject({
      code: 'unauthorized',
    });
    await expect(client.getWorkspaceByOwnerAndName('me', 'nope')).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(client.getWorkspace('not-a-uuid')).rejects.toMatchObject({ code: 'invalid', status: 400 });
    const taken = { name: 'desk', template_id: template.id };
    await expect(client.createWorkspace('me', taken)).rejects.toMatchObject({
      code: 'conflict',
      validations: [{ field: 'name' }],
    });
    await expect(client.createWorkspace('me', { ...taken, name: 'Not a name' })).rejects.toMatchObject({
      code: 'invalid',
      validations: [{ field: 'name' }],
    });
  });

  test("another person's workspace is not there", async ({ deployment, desk }) => {
    const { client } = await deployment.createUser('visitor');
    await expect(client.getWorkspace(desk.workspace.id)).rejects.toMatchObject({ code: 'not_found' });
    expect(await all(client.allWorkspaces())).toEqual([]);
  });

  test('stop and start', async ({ client, desk }) => {
    const { id } = desk.workspace;
    const stop = await client.stopWorkspace(id);
    await expect(client.startWorkspace(id)).rejects.toMatchObject({ code: 'conflict' });
    expect((await client.waitForBuild(stop)).status).toBe('stopped');
    await expect(client.waitForAgent(id)).rejects.toMatchObject({ code: 'unavailable' });

    const bad = await client.startWorkspace(id, {
      rich_parameter_values: [{ name: 'quality', value: '50' }],
    });
    await expect(client.waitForBuild(bad)).rejects.toMatchObject({
      code: 'build_failed',
      detail: expect.stringContaining('terraform plan'),
    });

    const start = await client.startWorkspace(id, {
      rich_parameter_values: [{ name: 'quality', value: '7' }],
    });
    expect((await client.waitForBuild(start)).status).toBe('running');
    const { agent } = await client.waitForAgent(id, 'main');
    expect(agent.id).not.toBe(desk.agent.id);
    await client.waitForAppHealthy(id, 'echo');
  });

  test('a running build is cancelled', async ({ client, desk }) => {
    const stop = await client.stopWorkspace(desk.workspace.id);
    await client.cancelWorkspaceBuild(stop.id);
    const done = client.waitForBuild(stop);
    // It may have come too late: then the build is simply done.
    await done.catch((error: unknown) => expect(error).toMatchObject({ code: 'build_failed' }));
  });
});
