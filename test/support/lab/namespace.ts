import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Where X servers put their sockets. */
const X_SOCKETS = '/tmp/.X11-unix';

/**
 * X servers look for a free display number by abstract sockets, which are a network's own (unix(7)): one in here would
 * take the socket file of one outside.
 */
const OWN_X_SOCKETS = `mkdir -p -m 1777 ${X_SOCKETS} && mount -t tmpfs -o mode=1777 tmpfs ${X_SOCKETS}`;

/**
 * A network of its own, with a loopback and nothing else (network_namespaces(7)), and a place of its own for sockets of X
 * servers. It has no name: a process that reads our pipe holds it, so that it ends with us however we end, and takes its
 * devices and firewall rules along.
 */
export class Namespace implements AsyncDisposable {
  /** Of the process that holds it. */
  readonly pid: number;
  readonly #stack: AsyncDisposableStack;

  /** @throws Error if this user may not make one */
  static async create(): Promise<Namespace> {
    await using stack = new AsyncDisposableStack();
    const hold = `${OWN_X_SOCKETS} && echo && exec cat`;
    const holder = spawn('unshare', ['--net', '--mount', '--', 'sh', '-c', hold], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    stack.defer(async () => {
      if (holder.exitCode !== null) return;
      const gone = once(holder, 'exit');
      holder.stdin.end();
      await gone;
    });
    const [line] = await Promise.race([once(holder.stdout, 'data'), once(holder, 'exit')]);
    if (!(line instanceof Buffer)) throw new Error('No namespaces can be made here: that needs root.');
    const namespace = new Namespace(holder.pid!, stack.move());
    await namespace.run('ip', 'link', 'set', 'lo', 'up');
    return namespace;
  }

  private constructor(pid: number, stack: AsyncDisposableStack) {
    this.pid = pid;
    this.#stack = stack;
  }

  /** The folder with the sockets of its X servers, as it is seen from outside. */
  get xSockets(): string {
    return `/proc/${this.pid}/root${X_SOCKETS}`;
  }

  /** The command that runs a command in here, as the same process. */
  enter(...command: string[]): [string, ...string[]] {
    return ['nsenter', `--target=${this.pid}`, '--net', '--mount', '--', ...command];
  }

  /** Runs a command in here to its end. @throws Error with what it printed if it fails */
  async run(...command: string[]): Promise<string> {
    const [program, ...args] = this.enter(...command);
    return (await promisify(execFile)(program, args)).stdout;
  }

  /** A program file that runs another in here, for whoever takes nothing but the path of a program. */
  async wrapper(program: string): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'deskside-lab-'));
    this.#stack.defer(() => rm(folder, { recursive: true }));
    const file = join(folder, 'run');
    await writeFile(file, `#!/bin/sh\nexec ${this.enter(program).join(' ')} "$@"\n`);
    await chmod(file, 0o755);
    return file;
  }

  /** Bytes that came in over the device so far. */
  received(device: string): number {
    const line = readFileSync(`/proc/${this.pid}/net/dev`, 'utf8')
      .split('\n')
      .find((row) => row.trim().startsWith(`${device}:`));
    return Number(line?.split(':')[1]?.trim().split(/\s+/)[0]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}
