import { describe, expect, test } from 'vitest';
import { recording } from '../../../test/support/coder/recorded.ts';
import type { CallOptions } from './http.ts';
import type { Workspace } from './types.ts';
import { waitForAgent, waitForAppHealthy, waitForBuild } from './wait.ts';

const running = recording<Workspace>('workspace');
const stopped = recording<Workspace>('workspace-stopped');
const failed = recording<Workspace>('workspace-failed-build');
const connecting = recording<Workspace>('workspace-agent-connecting');

/** A change to a copy. */
function but(workspace: Workspace, change: (copy: Workspace) => void): Workspace {
  const copy = structuredClone(workspace);
  change(copy);
  return copy;
}

const agentOf = (workspace: Workspace) => workspace.latest_build.resources[0]!.agents![0]!;
const building = but(running, ({ latest_build }) => {
  latest_build.job.status = 'running';
  latest_build.resources = [];
});

/** Shows these states, then nothing until the wait ends. */
const watcher = (...states: Workspace[]) => ({
  async *watchWorkspace(_id: string, { signal }: CallOptions) {
    signal?.throwIfAborted();
    yield* states;
    await new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
  },
});

describe('an agent', () => {
  test('is ready once the build is done, it is connected and its scripts have run', async () => {
    const starting = but(running, (copy) => {
      agentOf(copy).lifecycle_state = 'starting';
    });
    const { agent } = await waitForAgent(watcher(building, connecting, starting, running), 'id', undefined);
    expect(agent).toMatchObject({ name: 'main', status: 'connected', lifecycle_state: 'ready' });
  });

  test('is ready even if one of its scripts failed', async () => {
    const broken = but(running, (copy) => {
      agentOf(copy).lifecycle_state = 'start_error';
    });
    const { agent } = await waitForAgent(watcher(broken), 'id', 'main');
    expect(agent.lifecycle_state).toBe('start_error');
  });

  test('inside a dev container is waited for, since it comes later', async () => {
    const withChild = but(running, (copy) => {
      const parent = agentOf(copy);
      copy.latest_build.resources[0]!.agents!.push({
        ...parent,
        id: 'child',
        parent_id: parent.id,
        name: 'app',
      });
    });
    const { agent } = await waitForAgent(watcher(running, withChild), 'id', 'app');
    expect(agent.id).toBe('child');
  });

  test.for([
    ['a workspace that is stopped', stopped, 'unavailable', 'coder start ws'],
    ['a build that failed', failed, 'build_failed', 'terraform plan: exit status 1'],
    [
      'an agent that goes down',
      but(running, (copy) => {
        agentOf(copy).lifecycle_state = 'shutting_down';
      }),
      'unavailable',
      'going down',
    ],
    [
      'a template without one',
      but(running, ({ latest_build }) => {
        latest_build.resources = [];
      }),
      'unavailable',
      'has no agent',
    ],
  ] as const)('%s is an error at once', async ([_, state, code, words]) => {
    await expect(waitForAgent(watcher(state), 'id', undefined)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(words),
    });
  });

  test('that does not come says what was seen last', async () => {
    const wait = waitForAgent(watcher(connecting), 'id', 'main', { timeoutMs: 50 });
    await expect(wait).rejects.toMatchObject({
      code: 'timeout',
      message: expect.stringMatching(/agent main \w+/),
    });
  });
});

describe('an app', () => {
  test('is waited for until it is healthy, also through a bad time', async () => {
    const states = (['initializing', 'unhealthy', 'healthy'] as const).map((health) =>
      but(running, (copy) => {
        agentOf(copy).apps[0]!.health = health;
      }),
    );
    const { app, agent } = await waitForAppHealthy(watcher(...states), 'id', 'echo');
    expect([app.slug, app.health, agent.name]).toEqual(['echo', 'healthy', 'main']);
  });

  test('without a health check is there with its agent', async () => {
    const found = await waitForAppHealthy(watcher(connecting, running), 'id', 'echosub');
    expect(found.agent.status).toBe('connected');
  });

  test('that does not exist is a timeout that names those that do', async () => {
    const wait = waitForAppHealthy(watcher(running), 'id', 'nope', { timeoutMs: 50 });
    await expect(wait).rejects.toThrow(/"nope" was not healthy within 0.05 s.+echo healthy/);
  });
});

describe('a build', () => {
  test('is done when its job is', async () => {
    expect(await waitForBuild(watcher(building, running), running.latest_build)).toEqual(
      running.latest_build,
    );
  });

  test('counts as done when a later one has begun', async () => {
    const earlier = { ...building.latest_build, build_number: building.latest_build.build_number - 1 };
    expect((await waitForBuild(watcher(building), earlier)).job.status).toBe('running');
  });
});

test("the caller's signal ends a wait with its reason", async () => {
  const signal = AbortSignal.abort(new Error('closed the window'));
  await expect(waitForAgent(watcher(), 'id', undefined, { signal })).rejects.toThrow('closed the window');
});
