import type { Workspace, WorkspaceAgent, WorkspaceApp } from './types.ts';

/** An app and the agent that it belongs to. */
export interface FoundApp {
  agent: WorkspaceAgent;
  app: WorkspaceApp;
}

/** Every agent of the workspace's latest build, those inside dev containers included (they have a `parent_id`). */
export function agentsOf(workspace: Workspace): WorkspaceAgent[] {
  return workspace.latest_build.resources.flatMap(({ agents }) => agents ?? []);
}

/** The agent of that name or id; without one, the first that is not inside another's dev container. */
export function findAgent(workspace: Workspace, nameOrId?: string): WorkspaceAgent | undefined {
  return agentsOf(workspace).find(({ id, name, parent_id }) =>
    nameOrId === undefined ? !parent_id : name === nameOrId || id === nameOrId,
  );
}

/** Every app of that slug, also behind the hash that Coder puts before the slugs of a dev container's feature. */
export function findApps(workspace: Workspace, slug: string): FoundApp[] {
  return agentsOf(workspace).flatMap((agent) =>
    agent.apps.filter((app) => hasSlug(app, slug)).map((app) => ({ agent, app })),
  );
}

/** Eight characters and a hyphen, as in `a1b2c3d4-desktop`. */
function hasSlug(app: WorkspaceApp, slug: string): boolean {
  return app.slug === slug || (app.slug.length === slug.length + 9 && app.slug.endsWith(`-${slug}`));
}

export interface AppUrlParts extends FoundApp {
  workspace: Pick<Workspace, 'name' | 'owner_name'>;
  /** The deployment's address. */
  url: string;
  /** From `getApplicationsHost`: such as `*.apps.example.com`; empty without a wildcard domain. */
  applicationsHost: string;
}

/**
 * Where a browser opens the app: an external app's own address; a host of its own for a subdomain app where there is a
 * wildcard domain; else a path of the deployment. The path ends with a slash: without it Coder redirects and drops the
 * query.
 */
export function appUrl({ app, agent, workspace, url, applicationsHost }: AppUrlParts): string {
  if (app.external) return app.url ?? '';
  const base = url.replace(/\/+$/, '');
  const owner = `@${encodeURIComponent(workspace.owner_name)}`;
  const home = `${base}/${owner}/${encodeURIComponent(workspace.name)}.${encodeURIComponent(agent.name)}`;
  if (app.command) return `${home}/terminal?command=${encodeURIComponent(app.command)}`;
  if (app.subdomain && applicationsHost && app.subdomain_name) {
    return `${new URL(base).protocol}//${applicationsHost.replace('*', () => app.subdomain_name ?? '')}/`;
  }
  return `${home}/apps/${encodeURIComponent(app.slug)}/`;
}
