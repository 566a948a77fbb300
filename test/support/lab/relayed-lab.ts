import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nginxArguments } from '../tunnels.ts';
import { until } from '../until.ts';
import { Namespace } from './namespace.ts';

/** Where the relay is for both of them. */
const RELAY = '198.18.1.1';
const RELAY_AT_CLIENT = '198.18.2.1';
const SERVER = '198.18.1.2';
const CLIENT = '198.18.2.2';
const PORT = 6080;
const TURN_PORT = 3478;
const TURNS_PORT = 5349;

/**
 * Two hosts that cannot reach each other, and one between them that forwards nothing but what comes by Debian's coturn,
 * and, as a web proxy, HTTP and WebSockets to the desktop's port.
 */
export class RelayedLab implements AsyncDisposable {
  readonly server: Namespace;
  readonly client: Namespace;
  readonly serverAddress: string = SERVER;
  readonly serverPort: number = PORT;
  /** The desktop's page as the client sees it. */
  readonly origin = `http://${RELAY_AT_CLIENT}:${PORT}`;
  readonly turnUri = `turn:${RELAY}:${TURN_PORT}`;
  readonly turnsUri = `turns:${RELAY}:${TURNS_PORT}`;
  readonly #stack: AsyncDisposableStack;

  /** @param flags of turnserver: who may use it */
  static async create(flags: readonly string[]): Promise<RelayedLab> {
    await using stack = new AsyncDisposableStack();
    const server = stack.use(await Namespace.create());
    const client = stack.use(await Namespace.create());
    const middle = stack.use(await Namespace.create());
    await middle.run('sysctl', '-qw', 'net.ipv4.ip_forward=0');
    await connect(middle, 'server', RELAY, server, SERVER);
    await connect(middle, 'client', RELAY_AT_CLIENT, client, CLIENT);
    await startTurnServer(stack, middle, flags);
    await startProxy(stack, middle);
    return new RelayedLab(server, client, stack.move());
  }

  private constructor(server: Namespace, client: Namespace, stack: AsyncDisposableStack) {
    this.server = server;
    this.client = client;
    this.#stack = stack;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}

async function connect(
  middle: Namespace,
  device: string,
  near: string,
  end: Namespace,
  far: string,
): Promise<void> {
  const peer = ['peer', 'name', 'wire', 'netns', String(end.pid)];
  await middle.run('ip', 'link', 'add', device, 'type', 'veth', ...peer);
  await middle.run('ip', 'address', 'add', `${near}/24`, 'dev', device);
  await middle.run('ip', 'link', 'set', device, 'up');
  await end.run('ip', 'address', 'add', `${far}/24`, 'dev', 'wire');
  await end.run('ip', 'link', 'set', 'wire', 'up');
  await end.run('ip', 'route', 'add', 'default', 'via', near);
}

async function startProxy(stack: AsyncDisposableStack, middle: Namespace): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'deskside-proxy-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const from = { listen: `${RELAY_AT_CLIENT}:${PORT}`, path: '/' };
  run(stack, middle, 'nginx', await nginxArguments(folder, { ...from, target: `${SERVER}:${PORT}` }));
  await until('nginx to listen', () =>
    middle.run('bash', '-c', `: < /dev/tcp/${RELAY_AT_CLIENT}/${PORT} && echo yes`),
  );
}

async function startTurnServer(
  stack: AsyncDisposableStack,
  middle: Namespace,
  flags: readonly string[],
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'deskside-turn-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const where = [`--listening-ip=${RELAY}`, `--relay-ip=${RELAY}`, '--realm=lab', `--userdb=${folder}/users`];
  const quiet = ['-n', '--no-cli', '--log-file=stdout', `--pidfile=${folder}/pid`];
  run(stack, middle, 'turnserver', [...quiet, ...where, ...flags]);
  await until('coturn to listen', () =>
    middle.run('bash', '-c', `: < /dev/tcp/${RELAY}/${TURN_PORT} && echo yes`),
  );
}

function run(
  stack: AsyncDisposableStack,
  namespace: Namespace,
  program: string,
  args: readonly string[],
): void {
  const [nsenter, ...rest] = namespace.enter(program, ...args);
  const child = spawn(nsenter, rest, { stdio: 'ignore' });
  stack.defer(() => end(child));
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  child.kill('SIGTERM');
  await closed;
}
