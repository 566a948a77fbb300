import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { command } from '../engine/command.ts';

const run = promisify(execFile);

/** What a database of tests may lose in a power cut, it need not write. */
const HASTE = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=200'];

/** A PostgreSQL of its own: a new data directory, a Unix socket and no port; gone at the end. */
export class Postgres implements AsyncDisposable {
  /** For Go's driver: a host before the path would make it ignore the socket. */
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #folder: string;

  /** @throws Error saying what to install where there is none */
  static async start(): Promise<Postgres> {
    const programs = globSync('/usr/lib/postgresql/*/bin').sort().at(-1);
    if (!programs) throw new Error('There is no PostgreSQL here: apt-get install postgresql');
    await using stack = new AsyncDisposableStack();
    const folder = await mkdtemp(join(tmpdir(), 'deskside-postgres-'));
    stack.defer(() => rm(folder, { recursive: true, force: true }));
    const account = await unprivileged();
    if (account) await chown(folder, account.uid, account.gid);
    const data = join(folder, 'data');
    const form = ['--username=coder', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'];
    await run(join(programs, 'initdb'), ['-D', data, ...form], { cwd: folder, ...account });
    const settings = ['listen_addresses=', `unix_socket_directories=${folder}`, ...HASTE];
    const child = spawn(
      join(programs, 'postgres'),
      ['-D', data, ...settings.flatMap((setting) => ['-c', setting])],
      { cwd: folder, stdio: 'ignore', ...account },
    );
    const postgres = new Postgres(child, folder);
    stack.move();
    return postgres;
  }

  private constructor(child: ChildProcess, folder: string) {
    this.#child = child;
    this.#folder = folder;
    this.url = `postgres://coder@/postgres?host=${folder}&sslmode=disable`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // SIGINT is its "fast shutdown": it waits for no client.
    if (this.#child.exitCode === null && this.#child.kill('SIGINT')) await once(this.#child, 'exit');
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** PostgreSQL refuses to run as root. */
async function unprivileged(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const [uid, gid] = await Promise.all(['-u', '-g'].map((what) => command('id', [what, 'postgres'])));
  return { uid: Number(uid), gid: Number(gid) };
}
