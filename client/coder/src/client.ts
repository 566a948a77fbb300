import * as answers from './answers.ts';
import { appUrl, type FoundApp } from './apps.ts';
import { CoderError } from './errors.ts';
import { type CallOptions, Connection, type ConnectionOptions } from './http.ts';
import { type FollowOptions, followLog } from './logs.ts';
import type * as t from './types.ts';
import { type FoundAgent, type HealthyApp, waitForAgent, waitForAppHealthy, waitForBuild } from './wait.ts';
import { watch } from './watch.ts';

/** Workspaces or builds a request, where all are wanted. */
const PAGE = 50;

export interface PageOptions extends CallOptions {
  limit?: number | undefined;
  offset?: number | undefined;
}

export type BuildOptions = Omit<t.CreateBuildRequest, 'transition'>;

/**
 * A client of one Coder deployment as one account.
 *
 * Every method takes an `AbortSignal` and a time limit (`timeoutMs`) and rejects with a {@link CoderError}, or with the
 * signal's reason. What is iterated over goes on until it is left or its signal aborts.
 */
export class CoderClient {
  readonly #connection: Connection;

  /** @throws CoderError if the address or the token cannot be one */
  constructor(options: ConnectionOptions) {
    this.#connection = new Connection(options);
  }

  /** The deployment's address, without a trailing slash. */
  get url(): string {
    return this.#connection.url;
  }

  /** The server's version. Needs no token. */
  getBuildInfo(options?: CallOptions): Promise<t.BuildInfo> {
    return this.#connection.json({ path: '/buildinfo' }, answers.buildInfo, options);
  }

  /** The account that the token belongs to. */
  getAuthenticatedUser(options?: CallOptions): Promise<t.User> {
    return this.#connection.json({ path: '/users/me' }, answers.user, options);
  }

  /** One page of the workspaces that match, in Coder's search language (`owner:me status:running`). */
  getWorkspaces(q = 'owner:me', { limit, offset, ...options }: PageOptions = {}): Promise<t.WorkspacesPage> {
    return this.#connection.json(
      { path: '/workspaces', query: { q, limit, offset } },
      answers.workspacesPage,
      options,
    );
  }

  /** Every workspace that matches, page by page as it is iterated over. */
  async *allWorkspaces(q = 'owner:me', options: CallOptions = {}): AsyncGenerator<t.Workspace> {
    const page = async (limit: number, offset: number) =>
      (await this.getWorkspaces(q, { ...options, limit, offset })).workspaces;
    yield* everyPage(page);
  }

  getWorkspace(id: string, options?: CallOptions): Promise<t.Workspace> {
    return this.#connection.json({ path: at`/workspaces/${id}` }, answers.workspace, options);
  }

  /** @param owner a user's name or id, or `me` */
  getWorkspaceByOwnerAndName(owner: string, name: string, options?: CallOptions): Promise<t.Workspace> {
    return this.#connection.json({ path: at`/users/${owner}/workspace/${name}` }, answers.workspace, options);
  }

  /** @param owner a user's name or id, or `me` */
  createWorkspace(
    owner: string,
    body: t.CreateWorkspaceRequest,
    options?: CallOptions,
  ): Promise<t.Workspace> {
    const call = { method: 'POST', path: at`/users/${owner}/workspaces`, body } as const;
    return this.#connection.json(call, answers.workspace, options);
  }

  /** Starts a build and returns at once; {@link waitForBuild} waits for it. A bad parameter fails the build's job. */
  createWorkspaceBuild(
    workspaceId: string,
    body: t.CreateBuildRequest,
    options?: CallOptions,
  ): Promise<t.WorkspaceBuild> {
    const call = { method: 'POST', path: at`/workspaces/${workspaceId}/builds`, body } as const;
    return this.#connection.json(call, answers.workspaceBuild, options);
  }

  startWorkspace(workspaceId: string, build: BuildOptions = {}, options?: CallOptions) {
    return this.createWorkspaceBuild(workspaceId, { ...build, transition: 'start' }, options);
  }

  stopWorkspace(workspaceId: string, build: BuildOptions = {}, options?: CallOptions) {
    return this.createWorkspaceBuild(workspaceId, { ...build, transition: 'stop' }, options);
  }

  deleteWorkspace(workspaceId: string, build: BuildOptions = {}, options?: CallOptions) {
    return this.createWorkspaceBuild(workspaceId, { ...build, transition: 'delete' }, options);
  }

  /** Asks a running build to stop; its job is `canceled` once it has. */
  cancelWorkspaceBuild(buildId: string, options?: CallOptions): Promise<void> {
    return this.#connection.done({ method: 'PATCH', path: at`/workspacebuilds/${buildId}/cancel` }, options);
  }

  /** One page of a workspace's builds, the newest first. */
  getWorkspaceBuilds(
    workspaceId: string,
    { limit, offset, ...options }: PageOptions = {},
  ): Promise<t.WorkspaceBuild[]> {
    const call = { path: at`/workspaces/${workspaceId}/builds`, query: { limit, offset } };
    return this.#connection.json(call, [answers.workspaceBuild], options);
  }

  /** Every build of a workspace, the newest first, page by page as it is iterated over. */
  async *allWorkspaceBuilds(
    workspaceId: string,
    options: CallOptions = {},
  ): AsyncGenerator<t.WorkspaceBuild> {
    yield* everyPage((limit, offset) => this.getWorkspaceBuilds(workspaceId, { ...options, limit, offset }));
  }

  getWorkspaceBuild(id: string, options?: CallOptions): Promise<t.WorkspaceBuild> {
    return this.#connection.json({ path: at`/workspacebuilds/${id}` }, answers.workspaceBuild, options);
  }

  getWorkspaceBuildByNumber(owner: string, name: string, number: number, options?: CallOptions) {
    const call = { path: at`/users/${owner}/workspace/${name}/builds/${String(number)}` };
    return this.#connection.json<t.WorkspaceBuild>(call, answers.workspaceBuild, options);
  }

  getWorkspaceBuildParameters(buildId: string, options?: CallOptions): Promise<t.BuildParameter[]> {
    const call = { path: at`/workspacebuilds/${buildId}/parameters` };
    return this.#connection.json(call, answers.buildParameters, options);
  }

  getTemplates(options?: CallOptions): Promise<t.Template[]> {
    return this.#connection.json({ path: '/templates' }, answers.templates, options);
  }

  /** The questions that a template asks, as of one of its versions. */
  getTemplateVersionParameters(versionId: string, options?: CallOptions): Promise<t.TemplateParameter[]> {
    const call = { path: at`/templateversions/${versionId}/rich-parameters` };
    return this.#connection.json(call, answers.templateParameters, options);
  }

  getWorkspaceAgent(id: string, options?: CallOptions): Promise<t.WorkspaceAgent> {
    return this.#connection.json({ path: at`/workspaceagents/${id}` }, answers.workspaceAgent, options);
  }

  /** The TCP ports that something in the workspace listens on. */
  async getListeningPorts(agentId: string, options?: CallOptions): Promise<t.ListeningPort[]> {
    const call = { path: at`/workspaceagents/${agentId}/listening-ports` };
    const answer = await this.#connection.json<{ ports: t.ListeningPort[] | null }>(
      call,
      answers.listeningPorts,
      options,
    );
    return answer.ports ?? [];
  }

  /** Such as `*.apps.example.com`; empty where the deployment has no wildcard domain. */
  async getApplicationsHost(options?: CallOptions): Promise<string> {
    const call = { path: '/applications/host' };
    return (await this.#connection.json<{ host: string }>(call, answers.applicationsHost, options)).host;
  }

  /** Where a browser opens the app. */
  async getAppUrl(app: HealthyApp | (FoundApp & { workspace: t.Workspace }), options?: CallOptions) {
    return appUrl({ ...app, url: this.url, applicationsHost: await this.getApplicationsHost(options) });
  }

  /** Makes an API key of this account. It is shown this once. */
  async createToken(body: t.CreateTokenRequest, options?: CallOptions): Promise<string> {
    const call = { method: 'POST', path: '/users/me/keys/tokens', body } as const;
    return (await this.#connection.json<{ key: string }>(call, answers.createdToken, options)).key;
  }

  async getTokens(options?: CallOptions): Promise<t.ApiKey[]> {
    const call = { path: '/users/me/keys/tokens' };
    return (await this.#connection.json<t.ApiKey[] | null>(call, answers.apiKeys, options)) ?? [];
  }

  deleteToken(id: string, options?: CallOptions): Promise<void> {
    return this.#connection.done({ method: 'DELETE', path: at`/users/me/keys/${id}` }, options);
  }

  /** The workspace as it is now, and again at each change. `timeoutMs`: how long the server may be out of reach. */
  watchWorkspace(id: string, options: CallOptions = {}): AsyncGenerator<t.Workspace> {
    return watch(this.#connection, at`/workspaces/${id}/watch`, answers.workspace, options);
  }

  /** What the agent's metadata scripts say, at each change. `timeoutMs`: how long the server may be out of reach. */
  watchAgentMetadata(agentId: string, options: CallOptions = {}): AsyncGenerator<t.AgentMetadata[]> {
    return watch(this.#connection, at`/workspaceagents/${agentId}/watch-metadata`, answers.metadata, options);
  }

  /** A build's log from its beginning, or from `after` on, until the build is done. Goes on after a drop. */
  followBuildLogs(buildId: string, options: FollowOptions = {}): AsyncGenerator<t.BuildLog> {
    const isOver = async () => {
      const { status } = (await this.getWorkspaceBuild(buildId, options)).job;
      return status === 'succeeded' || status === 'failed' || status === 'canceled';
    };
    return followLog(this.#connection, at`/workspacebuilds/${buildId}/logs`, isOver, options);
  }

  /** What an agent's scripts say, from the beginning or from `after` on. Goes on after a drop. */
  followAgentLogs(agentId: string, options: FollowOptions = {}): AsyncGenerator<t.AgentLog> {
    const isOver = async () => {
      const { lifecycle_state } = await this.getWorkspaceAgent(agentId, options);
      return lifecycle_state === 'off';
    };
    return followLog(this.#connection, at`/workspaceagents/${agentId}/logs`, isOver, options);
  }

  /**
   * Waits until the build is done; 10 minutes by default.
   *
   * @throws CoderError `build_failed` if it failed or was cancelled
   */
  waitForBuild(build: t.WorkspaceBuild, options?: CallOptions): Promise<t.WorkspaceBuild> {
    return waitForBuild(this, build, options);
  }

  /**
   * Waits until the agent is connected and its start scripts are done, well or badly (`lifecycle_state` says which);
   * 10 minutes by default.
   *
   * @param name the agent's name or id; without one, the first that is not inside another's dev container
   * @throws CoderError `build_failed`, `unavailable` if the workspace is not started, `timeout`
   */
  waitForAgent(workspaceId: string, name?: string, options?: CallOptions): Promise<FoundAgent> {
    return waitForAgent(this, workspaceId, name, options);
  }

  /**
   * Waits until the app is healthy, or its agent is ready and it has no health check; 10 minutes by default.
   *
   * @throws CoderError `build_failed`, `unavailable` if the workspace is not started, `timeout`
   */
  waitForAppHealthy(workspaceId: string, slug: string, options?: CallOptions): Promise<HealthyApp> {
    return waitForAppHealthy(this, workspaceId, slug, options);
  }
}

/**
 * A path whose inserted parts are names, whatever characters they have.
 *
 * @throws CoderError for a name that would lead to another path
 */
function at(texts: TemplateStringsArray, ...names: string[]): string {
  if (names.some((name) => /^\.{0,2}$/.test(name))) {
    throw new CoderError('invalid', {
      message: 'An id or a name of the request is empty or made of dots',
      nextStep: 'Give the name or the id that Coder shows.',
    });
  }
  return String.raw({ raw: texts }, ...names.map(encodeURIComponent));
}

/** Something added or removed meanwhile shifts the pages: each comes once, and a page without news is the last. */
async function* everyPage<T extends { id: string }>(
  page: (limit: number, offset: number) => Promise<T[]>,
): AsyncGenerator<T> {
  const seen = new Set<string>();
  for (let offset = 0; ; offset += PAGE) {
    const elements = await page(PAGE, offset);
    const news = elements.filter(({ id }) => !seen.has(id));
    for (const element of news) {
      seen.add(element.id);
      yield element;
    }
    if (news.length === 0 || elements.length < PAGE) return;
  }
}
