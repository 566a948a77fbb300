import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../until.ts';
import { installCodeServer } from './install.ts';

/** A quiet editor: nothing asks, updates or talks to the outside. */
const EDITOR_SETTINGS = {
  'workbench.startupEditor': 'none',
  'security.workspace.trust.startupPrompt': 'never',
  'chat.disableAIFeatures': true,
  'telemetry.telemetryLevel': 'off',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'workbench.enableExperiments': false,
  'update.mode': 'none',
  'terminal.integrated.inheritEnv': true,
};

export interface CodeServerOptions {
  /** Home of the person whose editor it is. */
  home: string;
  /** Packaged extensions to install first. */
  extensions?: readonly string[];
  /** On top of the quiet editor's settings. */
  settings?: Record<string, unknown>;
  env?: Record<string, string>;
  /** Whether the editor asks whom the person trusts; the folder is not trusted at first then. */
  asksForTrust?: boolean;
  /** Lets an extension's tests run in the real extension host (`extensionTestsPath`). */
  testDriver?: boolean;
}

/** A real VS Code in the browser (code-server) with a folder `workspace` of its own. */
export class CodeServer implements AsyncDisposable {
  readonly origin: string;
  /** The folder that is open in the editor. */
  readonly workspace: string;
  readonly #child: ChildProcess;
  readonly #data: string;

  static async start({
    home,
    extensions = [],
    settings = {},
    env = {},
    asksForTrust = false,
    testDriver = false,
  }: CodeServerOptions) {
    const installation = await installCodeServer();
    const data = await mkdtemp(join(tmpdir(), 'deskside-code-server-'));
    const workspace = join(data, 'workspace');
    await mkdir(join(data, 'user/User'), { recursive: true });
    await mkdir(workspace);
    await writeFile(
      join(data, 'user/User/settings.json'),
      JSON.stringify({
        ...EDITOR_SETTINGS,
        'security.workspace.trust.enabled': asksForTrust,
        ...settings,
      }),
    );
    const environment = {
      PATH: process.env.PATH ?? '',
      HOME: home,
      LANG: 'C.UTF-8',
      SHELL: '/bin/bash',
      ...env,
    };
    const common = ['--user-data-dir', join(data, 'user'), '--extensions-dir', join(data, 'extensions')];
    const codeServer = (args: string[]) =>
      spawn(
        installation.node,
        [installation.entry, '--config', join(data, 'config.yaml'), ...common, ...args],
        {
          env: environment,
          stdio: ['ignore', 'pipe', 'pipe'],
        },
      );
    for (const extension of extensions) {
      const install = codeServer(['--install-extension', extension]);
      const output = collect(install);
      const [code] = await once(install, 'close');
      if (code !== 0) throw new Error(`code-server did not install ${extension}: ${output()}`);
    }
    const port = await freePort();
    const child = codeServer([
      ...[
        '--bind-addr',
        `127.0.0.1:${port}`,
        '--auth',
        'none',
        '--disable-telemetry',
        '--disable-update-check',
      ],
      '--disable-getting-started-override',
      ...(asksForTrust ? [] : ['--disable-workspace-trust']),
      ...(testDriver ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
      workspace,
    ]);
    collect(child);
    const server = new CodeServer(`http://127.0.0.1:${port}`, workspace, child, data);
    await until('code-server to listen', async () => (await fetch(`${server.origin}/healthz`)).ok);
    return server;
  }

  private constructor(origin: string, workspace: string, child: ChildProcess, data: string) {
    this.origin = origin;
    this.workspace = workspace;
    this.#child = child;
    this.#data = data;
  }

  /** Changes the settings of the open folder. */
  async configure(settings: Record<string, unknown>): Promise<void> {
    await mkdir(join(this.workspace, '.vscode'), { recursive: true });
    await writeFile(join(this.workspace, '.vscode/settings.json'), JSON.stringify(settings));
  }

  /** The editor's page. @param query further parameters, e.g. `payload` */
  page(query: Record<string, string> = {}): string {
    return `${this.origin}/?${new URLSearchParams({ folder: this.workspace, ...query })}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.kill()) await once(this.#child, 'exit');
    await rm(this.#data, { recursive: true, force: true, maxRetries: 5 });
  }
}

function collect(child: ChildProcess): () => string {
  const chunks: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => chunks.push(String(chunk)));
  return () => chunks.join('').slice(-2000);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}
