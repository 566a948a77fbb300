import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** code-server 4.139.1 carries VS Code 1.139.1 and needs this Node. */
const CODE_SERVER = '4.139.1';
const NODE = '24.21.0';

export interface CodeServerInstallation {
  node: string;
  entry: string;
}

const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'deskside');

/**
 * A code-server of its own Node in the cache, installed from the npm registry where it is missing (about 35 s,
 * 780 MB). Several processes may ask at once: one installs, the others wait for its lock.
 */
export async function installCodeServer(): Promise<CodeServerInstallation> {
  const home = join(cache, `code-server-${CODE_SERVER}`);
  if (!existsSync(home)) {
    await mkdir(cache, { recursive: true });
    await run('flock', [`${home}.lock`, process.execPath, import.meta.filename, home], {});
  }
  return {
    node: join(home, `node_modules/node-linux-${nodeArch()}/bin/node`),
    entry: join(home, 'node_modules/code-server/out/node/entry.js'),
  };
}

/** Installs into a folder beside `home` and moves it there when it is whole. */
async function install(home: string): Promise<void> {
  if (existsSync(home)) return;
  const fresh = `${home}.installing`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true });
  await writeFile(join(fresh, 'package.json'), '{"private":true}');
  const node = `node-linux-${nodeArch()}`;
  // No scripts: code-server's own postinstall wants a compiler and headers for parts that are not needed here.
  await npm(fresh, ['install', '--ignore-scripts', `${node}@${NODE}`, `code-server@${CODE_SERVER}`]);

  const nodeHome = join(fresh, 'node_modules', node);
  const environment = { PATH: `${join(nodeHome, 'bin')}:${process.env.PATH}`, npm_config_nodedir: nodeHome };
  const vscode = join(fresh, 'node_modules/code-server/lib/vscode');
  await npm(vscode, ['install', '--omit=dev', '--ignore-scripts'], environment);
  await npm(vscode, ['rebuild', '@vscode/spdlog', '@vscode/native-watchdog'], environment);
  await rename(fresh, home);
}

function nodeArch(): string {
  return process.arch === 'arm64' ? 'arm64' : 'x64';
}

function npm(cwd: string, args: string[], env: Record<string, string> = {}): Promise<void> {
  return run('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], { cwd, env });
}

async function run(command: string, args: string[], options: { cwd?: string; env?: Record<string, string> }) {
  const child = spawn(command, args, {
    ...(options.cwd ? { cwd: options.cwd } : {}),
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} failed with exit code ${code}`);
}

if (import.meta.main) await install(process.argv[2] ?? '');
