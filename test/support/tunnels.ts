import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { until } from './until.ts';

/** A port of this machine that leads to another one, by a real program. */
export interface Tunnel extends AsyncDisposable {
  readonly port: number;
}

/** A plain TCP forward. UDP does not pass. */
export async function socat(target: number): Promise<Tunnel> {
  await using stack = new AsyncDisposableStack();
  const port = await freePort();
  const listen = `TCP-LISTEN:${port},bind=127.0.0.1,fork,reuseaddr,nodelay`;
  run(stack, 'socat', [listen, `TCP:127.0.0.1:${target},nodelay`]);
  return await opened(port, stack);
}

/** `ssh -L` to an OpenSSH server of its own. */
export async function ssh(target: number): Promise<Tunnel> {
  await using stack = new AsyncDisposableStack();
  const folder = await temporaryFolder(stack);
  const [serverPort, port] = [await freePort(), await freePort()];
  const key = join(folder, 'key');
  // Debian's server, run by root, wants its directory of privilege separation, which only its service makes.
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
  await promisify(execFile)('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
  const server = ['-D', '-e', '-f', '/dev/null', '-h', key, '-p', String(serverPort)];
  const serverOptions = [
    'ListenAddress=127.0.0.1',
    `AuthorizedKeysFile=${key}.pub`,
    'StrictModes=no',
    'UsePAM=no',
    `PidFile=${join(folder, 'pid')}`,
  ];
  run(stack, '/usr/sbin/sshd', [...server, ...serverOptions.flatMap((option) => ['-o', option])]);
  await until('the SSH server', () => accepts(serverPort));
  const clientOptions = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'BatchMode=yes'];
  run(stack, 'ssh', [
    ...['-F', '/dev/null', '-N', '-i', key, '-p', String(serverPort)],
    ...clientOptions.flatMap((option) => ['-o', option]),
    ...['-L', `127.0.0.1:${port}:127.0.0.1:${target}`, `${userInfo().username}@127.0.0.1`],
  ]);
  return await opened(port, stack);
}

/** A reverse proxy that strips the prefix `/desk/` and passes HTTP and WebSockets only. */
export async function nginx(target: number): Promise<Tunnel> {
  await using stack = new AsyncDisposableStack();
  const folder = await temporaryFolder(stack);
  const port = await freePort();
  const from = { listen: `127.0.0.1:${port}`, path: '/desk/' };
  const args = await nginxArguments(folder, { ...from, target: `127.0.0.1:${target}` });
  run(stack, 'nginx', args);
  return await opened(port, stack);
}

/**
 * How nginx is to be started for one that passes HTTP and WebSockets only.
 *
 * @param folder for its files
 * @param proxy addresses with ports; the path begins and ends with a slash, and is taken off, also without that slash
 */
export async function nginxArguments(
  folder: string,
  { listen, path, target }: { listen: string; path: string; target: string },
): Promise<string[]> {
  const configuration = join(folder, 'nginx.conf');
  await writeFile(
    configuration,
    // Its workers read and write what this user may.
    `${process.getuid?.() === 0 ? 'user root; ' : ''}daemon off; pid ${folder}/pid; error_log ${folder}/error.log;
    events {}
    http {
      access_log off;
      client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
      uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
      server {
        listen ${listen};
        proxy_http_version 1.1;
        proxy_set_header Host $http_host;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection upgrade;
        location ${path} { proxy_pass http://${target}/; }
        ${path === '/' ? '' : `location = ${path.slice(0, -1)} { proxy_pass http://${target}/; }`}
      }
    }`,
  );
  return ['-e', join(folder, 'error.log'), '-c', configuration];
}

/** Whatever listens at a port that it is told. */
export async function forwarder(
  program: string,
  args: (port: number) => string[],
  env: NodeJS.ProcessEnv,
): Promise<Tunnel> {
  await using stack = new AsyncDisposableStack();
  const port = await freePort();
  run(stack, program, args(port), env);
  return await opened(port, stack);
}

function run(stack: AsyncDisposableStack, program: string, args: string[], env = process.env): void {
  const child = spawn(program, args, { stdio: 'ignore', env });
  stack.defer(() => end(child));
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  child.kill('SIGTERM');
  await closed;
}

async function opened(port: number, stack: AsyncDisposableStack): Promise<Tunnel> {
  await until('the tunnel', () => accepts(port));
  const parts = stack.move();
  return { port, [Symbol.asyncDispose]: () => parts.disposeAsync() };
}

async function accepts(port: number): Promise<true> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.destroy();
  return true;
}

/** Programs that cannot tell which port they got are given one that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function temporaryFolder(stack: AsyncDisposableStack): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'deskside-tunnel-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
