/**
 * What Coder's API (`/api/v2`) answers and takes, with the API's own names. Written after Coder v2.24.1; a field that
 * other versions may lack is optional, and fields that no method here needs are left out of the types, not of the answers.
 */

/** An instant as RFC 3339 text. */
export type Timestamp = string;

export interface BuildInfo {
  /** The server's version, such as `v2.24.1`. */
  version: string;
  external_url: string;
  dashboard_url: string;
  deployment_id?: string;
  workspace_proxy?: boolean;
}

export interface User {
  id: string;
  username: string;
  name?: string;
  email?: string;
  status?: 'active' | 'dormant' | 'suspended';
  organization_ids?: string[];
  created_at: Timestamp;
  last_seen_at?: Timestamp;
}

export type Transition = 'start' | 'stop' | 'delete';

export type WorkspaceStatus =
  | 'pending'
  | 'starting'
  | 'running'
  | 'stopping'
  | 'stopped'
  | 'failed'
  | 'canceling'
  | 'canceled'
  | 'deleting'
  | 'deleted';

export type JobStatus = 'pending' | 'running' | 'succeeded' | 'canceling' | 'canceled' | 'failed' | 'unknown';

export interface ProvisionerJob {
  id: string;
  status: JobStatus;
  /** Why it failed, such as `terraform plan: exit status 1`; the build's log says more. */
  error?: string;
  created_at: Timestamp;
  started_at?: Timestamp;
  completed_at?: Timestamp;
  canceled_at?: Timestamp;
  queue_position?: number;
  queue_size?: number;
}

export interface WorkspaceBuild {
  id: string;
  workspace_id: string;
  workspace_name: string;
  workspace_owner_id: string;
  workspace_owner_name: string;
  template_version_id: string;
  template_version_name?: string;
  build_number: number;
  transition: Transition;
  status: WorkspaceStatus;
  job: ProvisionerJob;
  reason?: string;
  resources: WorkspaceResource[];
  deadline?: Timestamp | null;
  max_deadline?: Timestamp | null;
  created_at: Timestamp;
  updated_at: Timestamp;
}

export interface WorkspaceResource {
  id: string;
  type: string;
  name: string;
  hide?: boolean;
  icon?: string;
  /** Missing where the resource runs no agent. */
  agents?: WorkspaceAgent[];
}

export type AgentStatus = 'connecting' | 'connected' | 'disconnected' | 'timeout';

export type AgentLifecycle =
  | 'created'
  | 'starting'
  | 'start_timeout'
  | 'start_error'
  | 'ready'
  | 'shutting_down'
  | 'shutdown_timeout'
  | 'shutdown_error'
  | 'off';

export interface WorkspaceAgent {
  id: string;
  /** The agent whose dev container this agent runs in; null for an agent of the template itself. */
  parent_id?: string | null;
  name: string;
  status: AgentStatus;
  lifecycle_state: AgentLifecycle;
  resource_id?: string;
  architecture?: string;
  operating_system?: string;
  directory?: string;
  expanded_directory?: string;
  environment_variables?: Record<string, string>;
  version?: string;
  apps: WorkspaceApp[];
  display_apps?: string[];
  health?: { healthy: boolean; reason?: string };
  connection_timeout_seconds?: number;
  troubleshooting_url?: string;
  created_at: Timestamp;
  updated_at: Timestamp;
}

/** `disabled`: the app has no health check. */
export type AppHealth = 'disabled' | 'initializing' | 'healthy' | 'unhealthy';

export interface WorkspaceApp {
  id: string;
  /** An app that a dev container's feature contributes has eight characters and a hyphen before its slug. */
  slug: string;
  display_name?: string;
  /** Where the app listens, seen from the workspace; for an external app, what the browser opens. */
  url?: string;
  external: boolean;
  command?: string;
  icon?: string;
  subdomain: boolean;
  /** The host's first label, already hashed where it would be too long; missing without a wildcard domain. */
  subdomain_name?: string;
  sharing_level?: 'owner' | 'authenticated' | 'organization' | 'public';
  /** Interval in seconds, threshold in failures. */
  healthcheck?: { url: string; interval: number; threshold: number };
  health: AppHealth;
  hidden?: boolean;
  group?: string;
  order?: number;
  open_in?: 'tab' | 'slim-window';
  tooltip?: string;
}

export interface Workspace {
  id: string;
  name: string;
  owner_id: string;
  owner_name: string;
  organization_id: string;
  organization_name?: string;
  template_id: string;
  template_name: string;
  template_display_name?: string;
  template_icon?: string;
  template_active_version_id?: string;
  latest_build: WorkspaceBuild;
  outdated?: boolean;
  /** About the agents only: an app's health is the app's own. */
  health?: { healthy: boolean; failing_agents: string[] };
  favorite?: boolean;
  dormant_at?: Timestamp | null;
  last_used_at: Timestamp;
  created_at: Timestamp;
  updated_at: Timestamp;
}

export interface WorkspacesPage {
  workspaces: Workspace[];
  /** How many match in all, over every page. */
  count: number;
}

export interface BuildParameter {
  name: string;
  /** Always text: a number as `5`, a list as JSON. */
  value: string;
}

export interface CreateWorkspaceRequest {
  name: string;
  template_id?: string;
  template_version_id?: string;
  rich_parameter_values?: BuildParameter[];
  /** Milliseconds of life after a start. */
  ttl_ms?: number;
}

export interface CreateBuildRequest {
  transition: Transition;
  template_version_id?: string;
  rich_parameter_values?: BuildParameter[];
  log_level?: 'debug';
}

export interface Template {
  id: string;
  name: string;
  display_name?: string;
  description?: string;
  icon?: string;
  active_version_id: string;
  organization_id: string;
  deprecated?: boolean;
}

export interface TemplateParameter {
  name: string;
  display_name?: string;
  description?: string;
  type: 'string' | 'number' | 'bool' | 'list(string)';
  mutable: boolean;
  default_value: string;
  required: boolean;
  ephemeral?: boolean;
  options?: { name: string; value: string; description?: string; icon?: string }[] | null;
  validation_min?: number;
  validation_max?: number;
  validation_regex?: string;
  validation_error?: string;
}

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error';

export interface BuildLog {
  /** Grows within a build's log. */
  id: number;
  created_at: Timestamp;
  log_source: string;
  log_level: LogLevel;
  stage: string;
  output: string;
}

export interface AgentLog {
  /** Grows within an agent's log. */
  id: number;
  created_at: Timestamp;
  output: string;
  level: LogLevel;
  source_id: string;
}

export interface AgentMetadata {
  /** `age` in seconds. */
  result: { collected_at: Timestamp; age: number; value: string; error: string };
  /** `interval` and `timeout` in seconds. */
  description: { key: string; display_name: string; script: string; interval: number; timeout: number };
}

export interface ListeningPort {
  process_name: string;
  network: string;
  port: number;
}

export interface CreateTokenRequest {
  /** `application_connect` opens apps and nothing else. */
  scope?: 'all' | 'application_connect';
  /** Nanoseconds. */
  lifetime?: number;
  token_name?: string;
}

export interface ApiKey {
  id: string;
  user_id: string;
  scope: string;
  token_name: string;
  lifetime_seconds: number;
  last_used: Timestamp;
  expires_at: Timestamp;
  created_at: Timestamp;
}
