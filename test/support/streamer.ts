import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SMALL_HEAP, TIDY_MALLOC } from '../../streamer/src/small-process.ts';
import type { Lab } from './lab/lab.ts';
import type { Namespace } from './lab/namespace.ts';
import { isAlive, processTree, readProcess } from './process.ts';
import { until } from './until.ts';
import type { XAddress } from './x-client.ts';

/** The program, run from its sources. */
export const DESKSIDE = fileURLToPath(new URL('../../streamer/bin/deskside.mjs', import.meta.url));

/** The one line of `deskside run`. */
const READY = /^Desktop ready: (\S+)$/m;

/** Longer than a start takes on a loaded machine, ms. */
const START_PATIENCE_MS = 60_000;

/** The supervisor has 5 s to end everything in order, and then kills; a busy machine takes its time for that, ms. */
const STOP_PATIENCE_MS = 30_000;

export interface StreamerOptions {
  /** `--size`. */
  size?: string;
  /** `--resize`; a desktop that keeps its size can be compared pixel by pixel. */
  resize?: 'auto' | 'off';
  /** `--session`. */
  session?: string;
  /** Further flags. */
  flags?: string[];
  /** Another program than the one run from its sources, such as a built one. */
  program?: string;
  env?: Record<string, string>;
  /** Runs at the server's end of a lab. */
  lab?: Pick<Lab, 'server' | 'serverAddress' | 'serverPort'> | undefined;
}

/** What a person sees of a command that ended. */
export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A person's account on a machine: a home and a state directory of its own, gone at the end. */
export class Account implements AsyncDisposable {
  readonly home: string;
  readonly stateDir: string;

  /**
   * @param program what `deskside` is for it
   * @param state where its desktop keeps its state, below its home
   */
  static async create(program: string = DESKSIDE, state = 'state'): Promise<Account> {
    const home = await mkdtemp(join(tmpdir(), 'deskside-test-'));
    return new Account(home, join(home, state), program);
  }

  readonly #program: string;

  private constructor(home: string, stateDir: string, program: string) {
    this.home = home;
    this.stateDir = stateDir;
    this.#program = program;
  }

  get xauthority(): string {
    return join(this.home, '.Xauthority');
  }

  /** Starts `deskside`; whoever calls ends it. */
  spawn(args: string[], env: Record<string, string> = {}, options: SpawnOptions = {}): ChildProcess {
    return this.#spawn([...this.#command, ...args], env, options);
  }

  /** The same in another network, or whatever else leads a command there. */
  spawnIn(network: Pick<Namespace, 'enter'>, args: string[], env: Record<string, string> = {}): ChildProcess {
    const [node, ...program] = this.#command;
    return this.#spawn(network.enter(node!, ...program, ...args), env);
  }

  /** A built one runs as its installed command has it (streamer/release/program.mjs). */
  get #command(): string[] {
    return [process.execPath, ...(this.#isBuilt ? [SMALL_HEAP] : []), this.#program];
  }

  get #isBuilt(): boolean {
    return this.#program !== DESKSIDE;
  }

  #spawn(
    [program, ...args]: string[],
    env: Record<string, string>,
    options: SpawnOptions = {},
  ): ChildProcess {
    return spawn(program!, args, {
      ...options,
      env: { ...this.#environment(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** Starts it as a shell does: as a process group, which a terminal's signals go to. */
  spawnJob(args: string[]): ChildProcess {
    return this.spawn(args, {}, { detached: true });
  }

  /** Runs a command of `deskside` to its end. @param place as for {@link spawnIn} */
  async deskside(
    args: string[],
    env?: Record<string, string>,
    place?: Pick<Namespace, 'enter'>,
  ): Promise<Outcome> {
    const child = place ? this.spawnIn(place, args, env) : this.spawn(args, env);
    const output = collect(child);
    const [code] = await once(child, 'close');
    return { code, stdout: output.stdout, stderr: output.stderr };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.home, { recursive: true, force: true, maxRetries: 3 });
  }

  /** Nothing of the person who runs the tests. */
  #environment(): Record<string, string> {
    const { PATH = '' } = process.env;
    const own = { PATH, HOME: this.home, LANG: 'C.UTF-8', DESKSIDE_STATE_DIR: this.stateDir };
    return this.#isBuilt ? { ...own, ...TIDY_MALLOC } : own;
  }
}

/** A `deskside run` that is ready. */
export class Streamer implements AsyncDisposable {
  readonly account: Account;
  /** With its token. */
  readonly url: URL;
  readonly address: XAddress;
  readonly #child: ChildProcess;
  readonly #output: { stdout: string; stderr: string };

  /** @throws Error with what it printed if it ends instead */
  static async start(options: StreamerOptions = {}): Promise<Streamer> {
    await using stack = new AsyncDisposableStack();
    const account = stack.use(await Account.create(options.program));
    const { size = '1280x720', resize = 'off', session = 'none', flags = [], env, lab } = options;
    const where = lab ? ['--host', lab.serverAddress, '--port', String(lab.serverPort)] : ['--port', '0'];
    const args = ['run', ...where, '--size', size, '--resize', resize, '--session', session, ...flags];
    const child = lab ? account.spawnIn(lab.server, args, env) : account.spawn(args, env);
    const output = collect(child);
    stack.defer(() => end(child, output));
    const ready = await until(
      'the line that says that the desktop is ready',
      () => READY.exec(output.stdout) ?? (child.exitCode === null ? undefined : 'ended'),
      START_PATIENCE_MS,
    );
    if (ready === 'ended') throw new Error(`deskside run ended (${child.exitCode}):\n${output.stderr}`);
    const { display } = JSON.parse(await readFile(join(account.stateDir, 'session.json'), 'utf8'));
    stack.move();
    const address = { display, xauthority: account.xauthority, sockets: lab?.server.xSockets };
    return new Streamer(account, new URL(ready[1]!), address, child, output);
  }

  private constructor(
    account: Account,
    url: URL,
    address: XAddress,
    child: ChildProcess,
    output: { stdout: string; stderr: string },
  ) {
    this.account = account;
    this.url = url;
    this.address = address;
    this.#child = child;
    this.#output = output;
  }

  get pid(): number {
    return this.#child.pid!;
  }

  get token(): string {
    return this.url.searchParams.get('token')!;
  }

  /** All that it printed so far. */
  get log(): string {
    return this.#output.stdout + this.#output.stderr;
  }

  /** Its address with other parameters besides the token. */
  page(parameters: Record<string, string> = {}): string {
    const url = new URL(this.url);
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    return url.href;
  }

  /** Asks it to end and waits until its last process is gone. */
  async stop(): Promise<void> {
    await end(this.#child, this.#output);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await this.account[Symbol.asyncDispose]();
  }
}

function collect(child: ChildProcess): { stdout: string; stderr: string } {
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]!.setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  }
  return output;
}

/** @throws Error if something of it outlives the time that it has; that is killed, so that the next test is not harmed */
async function end(child: ChildProcess, output: { stdout: string; stderr: string }): Promise<void> {
  const tree = processTree(child.pid!);
  const alive = () => tree.filter(({ pid }) => isAlive(pid));
  child.kill('SIGTERM');
  try {
    await until('the streamer and all its children to end', () => alive().length === 0, STOP_PATIENCE_MS);
  } catch (cause) {
    const left = alive().map(({ pid, command }) => `${pid} ${readProcess(pid)?.state} ${command}`);
    for (const { pid } of alive()) process.kill(pid, 'SIGKILL');
    const said = output.stdout + output.stderr;
    throw new Error(`This is left of the streamer:\n${left.join('\n')}\n\nIt printed:\n${said}`, { cause });
  }
}
