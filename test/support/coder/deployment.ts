import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { CoderClient, type Workspace } from '@deskside/coder';
import { command } from '../engine/command.ts';
import { forwarder, type Tunnel } from '../tunnels.ts';
import { until } from '../until.ts';
import { freePort } from './free-port.ts';
import { endProcessesOf } from './leftovers.ts';
import { Postgres } from './postgres.ts';
import { providerConfiguration } from './providers.ts';
import { terraformCli } from './terraform.ts';

/** Migrations on a loaded machine, ms. */
const START_PATIENCE_MS = 60_000;

/** Only within a deployment on loopback that lives as long as a test. */
const PASSWORD = 'Only-for-this-test-1';

/** An agent as a process of this machine, for templates to add to. */
const AGENT = join(import.meta.dirname, 'agent.tf');

/** Someone with an account who is signed in. */
export interface Person {
  username: string;
  token: string;
  client: CoderClient;
}

/** A real Coder deployment on loopback with an administrator. Its workspaces are processes of this machine. */
export class Deployment implements AsyncDisposable {
  readonly url: string;
  readonly admin: Person;
  /** Configuration, logs, the homes of the workspaces: gone at the end. */
  readonly folder: string;
  readonly #binary: string;
  readonly #resources: AsyncDisposableStack;

  /**
   * @param binary Coder's program, as `coderBinary` gives it
   * @param host address of this machine: loopback, or that of a bridge from which agents in containers come
   */
  static async start(binary: string, host = '127.0.0.1'): Promise<Deployment> {
    const began = performance.now();
    await using stack = new AsyncDisposableStack();
    const folder = await mkdtemp(join(tmpdir(), 'deskside-coder-'));
    stack.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
    const postgres = stack.use(await Postgres.start());
    const url = `http://${host}:${await freePort()}`;
    await mkdir(join(folder, 'home'));
    stack.defer(() => endProcessesOf(folder));
    await startServer(binary, folder, url, postgres.url);
    await post(url, '/users/first', { email: 'admin@example.com', username: 'admin', password: PASSWORD });
    const admin = await signIn(url, 'admin');
    console.log(`Coder ${url} is up in ${((performance.now() - began) / 1000).toFixed(1)} s`);
    return new Deployment({ binary, folder, url, admin }, stack.move());
  }

  private constructor(
    { binary, folder, url, admin }: { binary: string; folder: string; url: string; admin: Person },
    resources: AsyncDisposableStack,
  ) {
    this.#binary = binary;
    this.folder = folder;
    this.url = url;
    this.admin = admin;
    this.#resources = resources;
  }

  /** Another account, without any rights but its own. */
  async createUser(username: string): Promise<Person> {
    const [organization] = (await this.admin.client.getAuthenticatedUser()).organization_ids ?? [];
    const user = { email: `${username}@example.com`, username, password: PASSWORD, login_type: 'password' };
    await post(this.url, '/users', { ...user, organization_ids: [organization] }, this.admin.token);
    return await signIn(this.url, username);
  }

  /**
   * Pushes a template made of `agent.tf` and the given files or folders.
   *
   * @param parts name within the template → where it is
   */
  async pushTemplate(name: string, parts: Record<string, string>, variables: Record<string, string> = {}) {
    const folder = join(this.folder, 'templates', name);
    for (const [target, source] of Object.entries({ 'agent.tf': AGENT, ...parts })) {
      await mkdir(dirname(join(folder, target)), { recursive: true });
      await cp(source, join(folder, target), { recursive: true });
    }
    const all = { coder_binary: this.#binary, run_folder: this.folder, ...variables };
    const flags = Object.entries(all).flatMap(([key, value]) => ['--variable', `${key}=${value}`]);
    await this.coder(['templates', 'push', name, '--yes', '--directory', folder, ...flags]);
    const template = (await this.admin.client.getTemplates()).find((one) => one.name === name);
    if (!template) throw new Error(`Coder does not list the template ${name} that was pushed`);
    return template;
  }

  /** Runs Coder's command line as a person. */
  async coder(args: string[], person: Person = this.admin): Promise<string> {
    return await command(this.#binary, args, { env: this.#environmentOf(person) });
  }

  /** `coder port-forward` of a TCP port, by the administrator. */
  async portForward(workspace: string, port: string): Promise<Tunnel> {
    const args = (local: number) => ['port-forward', workspace, '--tcp', `127.0.0.1:${local}:${port}`];
    return await forwarder(this.#binary, args, this.#environmentOf(this.admin));
  }

  /** Where a workspace's agent has its home: short, since the paths of sockets are. */
  homeOf(workspace: Workspace): string {
    return join(this.folder, 'homes', workspace.id.slice(0, 8));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources.disposeAsync();
  }

  #environmentOf({ token }: Person): NodeJS.ProcessEnv {
    const { PATH } = process.env;
    const own = { HOME: join(this.folder, 'home'), CODER_CONFIG_DIR: join(this.folder, 'command-line') };
    return { PATH, ...own, CODER_URL: this.url, CODER_SESSION_TOKEN: token };
  }
}

async function startServer(binary: string, folder: string, url: string, database: string): Promise<void> {
  const terraform = await terraformCli();
  console.log(`terraform is ${terraform.name}`);
  const { host } = new URL(url);
  const { PATH = '' } = process.env;
  const log = openSync(join(folder, 'server.log'), 'a');
  const server = spawn(binary, ['server'], {
    stdio: ['ignore', log, log],
    // The server hands all but its own variables on to terraform.
    env: {
      PATH: dirname(terraform.path) + delimiter + PATH,
      HOME: join(folder, 'home'),
      LANG: 'C.UTF-8',
      TF_CLI_CONFIG_FILE: await providerConfiguration(['coder/coder'], folder),
      CODER_HTTP_ADDRESS: host,
      CODER_ACCESS_URL: url,
      CODER_WILDCARD_ACCESS_URL: `*.localhost:${new URL(url).port}`,
      CODER_PG_CONNECTION_URL: database,
      CODER_CONFIG_DIR: join(folder, 'server'),
      CODER_CACHE_DIRECTORY: join(folder, 'cache'),
      CODER_PROVISIONER_DAEMONS: '2',
      CODER_TELEMETRY_ENABLE: 'false',
      CODER_UPDATE_CHECK: 'false',
      CODER_OAUTH2_GITHUB_DEFAULT_PROVIDER_ENABLE: 'false',
      // Everything by the relay inside the server, on loopback: as in a deployment that nothing reaches directly.
      CODER_BLOCK_DIRECT: 'true',
      CODER_DERP_SERVER_STUN_ADDRESSES: 'disable',
    },
  });
  const answers = async () => server.exitCode !== null || (await fetch(`${url}/healthz`)).ok;
  await until('Coder to answer', answers, START_PATIENCE_MS);
  if (server.exitCode !== null) {
    throw new Error(
      `Coder ended instead of starting:\n${await readFile(join(folder, 'server.log'), 'utf8')}`,
    );
  }
}

async function signIn(url: string, username: string): Promise<Person> {
  const { session_token } = await post<{ session_token: string }>(url, '/users/login', {
    email: `${username}@example.com`,
    password: PASSWORD,
  });
  return { username, token: session_token, client: new CoderClient({ url, token: session_token }) };
}

/** What an administrator does once and the client library does not offer. */
async function post<T>(url: string, path: string, body: unknown, token?: string): Promise<T> {
  const response = await fetch(`${url}/api/v2${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(token ? { 'Coder-Session-Token': token } : {}) },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`POST ${path} gave ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}
