import { agentsOf, type FoundApp, findAgent, findApps } from './apps.ts';
import { Deadline } from './deadline.ts';
import { CoderError } from './errors.ts';
import type { CallOptions } from './http.ts';
import type { AgentLifecycle, Workspace, WorkspaceAgent, WorkspaceBuild } from './types.ts';

/** What a wait needs of the client. */
export interface WorkspaceWatcher {
  watchWorkspace(id: string, options: CallOptions): AsyncIterable<Workspace>;
}

export interface FoundAgent {
  workspace: Workspace;
  agent: WorkspaceAgent;
}

export interface HealthyApp extends FoundApp {
  workspace: Workspace;
}

/** A template that installs a desktop may take minutes. */
const DEFAULT_WAIT_MS = 10 * 60_000;

const STARTING: readonly AgentLifecycle[] = ['created', 'starting'];
const ENDING: readonly AgentLifecycle[] = ['shutting_down', 'shutdown_timeout', 'shutdown_error', 'off'];

/** @returns the build when it has succeeded, or when a later one has taken its place */
export function waitForBuild(
  client: WorkspaceWatcher,
  build: Pick<WorkspaceBuild, 'workspace_id' | 'build_number'>,
  options: CallOptions = {},
): Promise<WorkspaceBuild> {
  return waitUntil(
    client,
    build.workspace_id,
    `Build ${build.build_number} was not done`,
    options,
    (workspace) => {
      const { latest_build } = workspace;
      if (latest_build.build_number < build.build_number) return undefined;
      throwIfFailed(latest_build);
      const done = latest_build.job.status === 'succeeded' || latest_build.build_number > build.build_number;
      return done ? latest_build : undefined;
    },
  );
}

/** @param name the agent's name or id; without one, the first that is not inside another's dev container */
export function waitForAgent(
  client: WorkspaceWatcher,
  workspaceId: string,
  name: string | undefined,
  options: CallOptions = {},
): Promise<FoundAgent> {
  const what = name ? `The agent "${name}" was not ready` : "The workspace's agent was not ready";
  return waitUntil(client, workspaceId, what, options, (workspace) => {
    if (!isUp(workspace)) return undefined;
    const agent = findAgent(workspace, name);
    // One that is named may be inside a dev container, and those come later than the build.
    if (!agent && !name)
      throw unavailable(`The workspace ${workspace.name} has no agent`, 'Give its template one.');
    return agent && isReady(workspace, agent) ? { workspace, agent } : undefined;
  });
}

export function waitForAppHealthy(
  client: WorkspaceWatcher,
  workspaceId: string,
  slug: string,
  options: CallOptions = {},
): Promise<HealthyApp> {
  return waitUntil(client, workspaceId, `The app "${slug}" was not healthy`, options, (workspace) => {
    if (!isUp(workspace)) return undefined;
    const found = findApps(workspace, slug).find(
      ({ agent, app }) =>
        isReady(workspace, agent) && (app.health === 'healthy' || app.health === 'disabled'),
    );
    return found && { workspace, ...found };
  });
}

async function waitUntil<T>(
  client: WorkspaceWatcher,
  workspaceId: string,
  what: string,
  { signal, timeoutMs = DEFAULT_WAIT_MS }: CallOptions,
  look: (workspace: Workspace) => T | undefined,
): Promise<T> {
  const deadline = new Deadline(timeoutMs, signal);
  let last = 'nothing was heard of the workspace';
  try {
    for await (const workspace of client.watchWorkspace(workspaceId, { signal: deadline.signal })) {
      const result = look(workspace);
      if (result !== undefined) return result;
      last = describe(workspace);
    }
  } catch (error) {
    const nextStep = `Last seen: ${last}. Look at the log of the build and of the agent, or wait longer (timeoutMs).`;
    throw deadline.explain(error, what, nextStep);
  }
  throw unavailable(what, `Last seen: ${last}.`);
}

/** @throws CoderError if the workspace is not on its way up */
function isUp({ name, latest_build }: Workspace): boolean {
  throwIfFailed(latest_build);
  if (latest_build.transition === 'start') return latest_build.job.status === 'succeeded';
  throw unavailable(`The workspace ${name} is ${latest_build.status}`, `Start it: \`coder start ${name}\`.`);
}

function isReady({ name }: Workspace, agent: WorkspaceAgent): boolean {
  if (ENDING.includes(agent.lifecycle_state)) {
    throw unavailable(`The agent ${agent.name} is going down`, `Restart it: \`coder restart ${name}\`.`);
  }
  return agent.status === 'connected' && !STARTING.includes(agent.lifecycle_state);
}

function throwIfFailed({ job, build_number, transition, workspace_name }: WorkspaceBuild): void {
  if (job.status !== 'failed' && job.status !== 'canceled') return;
  throw new CoderError('build_failed', {
    message: `Build ${build_number} of ${workspace_name} (${transition}) ${job.status === 'failed' ? 'failed' : 'was cancelled'}`,
    detail: job.error,
    nextStep: 'Its log says more: followBuildLogs, or the workspace page.',
  });
}

function unavailable(message: string, nextStep: string): CoderError {
  return new CoderError('unavailable', { message, nextStep });
}

function describe(workspace: Workspace): string {
  const agents = agentsOf(workspace).map((agent) => {
    const apps = agent.apps.map(({ slug, health }) => `${slug} ${health}`);
    return `agent ${agent.name} ${agent.status}, ${agent.lifecycle_state} (apps: ${apps.join(', ') || 'none'})`;
  });
  return [`workspace ${workspace.latest_build.status}`, ...agents].join('; ');
}
