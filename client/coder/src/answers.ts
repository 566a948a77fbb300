import { optional, type Shape } from './shape.ts';

/** The shapes of the answers: of each type the fields that code following an answer relies upon. */
const app = {
  id: 'string',
  slug: 'string',
  external: 'boolean',
  subdomain: 'boolean',
  health: 'string',
} satisfies Shape;

export const workspaceAgent = {
  id: 'string',
  name: 'string',
  status: 'string',
  lifecycle_state: 'string',
  apps: [app],
} satisfies Shape;

export const workspaceBuild = {
  id: 'string',
  workspace_id: 'string',
  build_number: 'number',
  transition: 'string',
  status: 'string',
  job: { status: 'string' },
  resources: [{ type: 'string', name: 'string', agents: optional([workspaceAgent]) }],
} satisfies Shape;

export const workspace = {
  id: 'string',
  name: 'string',
  owner_name: 'string',
  latest_build: workspaceBuild,
} satisfies Shape;

export const workspacesPage = { workspaces: [workspace], count: 'number' } satisfies Shape;
export const buildInfo = { version: 'string' } satisfies Shape;
export const user = { id: 'string', username: 'string' } satisfies Shape;
export const templates = [{ id: 'string', name: 'string', active_version_id: 'string' }] satisfies Shape;
export const templateParameters = [{ name: 'string', type: 'string' }] satisfies Shape;
export const buildParameters = [{ name: 'string', value: 'string' }] satisfies Shape;
export const applicationsHost = { host: 'string' } satisfies Shape;
export const listeningPorts = { ports: optional([{ port: 'number', network: 'string' }]) } satisfies Shape;
export const createdToken = { key: 'string' } satisfies Shape;
export const apiKeys = optional([{ id: 'string', token_name: 'string' }]);
export const logs = optional([{ id: 'number', output: 'string' }]);
export const metadata = [{ result: { value: 'string' }, description: { key: 'string' } }] satisfies Shape;
