import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, constants } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import * as v from 'valibot';
import { UserError } from '../errors.ts';

/** What `deskside status --json` prints of a desktop that runs. */
const Status = v.object({
  running: v.boolean(),
  port: v.optional(v.number()),
  url: v.optional(v.string()),
  display: v.optional(v.string()),
  xauthority: v.optional(v.string()),
  pulseServer: v.optional(v.string()),
});
export type Status = v.InferOutput<typeof Status>;

/** Longest that a `deskside` command may take, ms; `start` waits for the desktop and has its own limit inside. */
const COMMAND_TIMEOUT_MS = 60_000;

/** Most that is kept of a command's output, bytes: the longest is `doctor`'s table. */
const MAX_OUTPUT = 1024 * 1024;

/** The program `deskside` of this workspace. */
export class Deskside {
  readonly #executable: string;
  readonly #name: string;

  constructor(executable: string, name: string) {
    this.#executable = executable;
    this.#name = name;
  }

  /**
   * @param setting path from the settings; empty to search
   * @returns undefined where the workspace has none
   */
  static async find(setting: string, name: string): Promise<Deskside | undefined> {
    const candidates = setting ? [setting] : searchPath();
    for (const candidate of candidates) {
      if (await isExecutable(candidate)) return new Deskside(candidate, name);
    }
    return undefined;
  }

  async status(): Promise<Status> {
    const { stdout, stderr } = await this.#run(['status', '--json']);
    return parseStatus(stdout, stderr);
  }

  /** Starts the desktop where it is not running and waits until it is ready. */
  async start(signal: AbortSignal): Promise<Status> {
    const { code, stdout, stderr } = await this.#run(['start', '--json'], signal);
    if (code !== 0) {
      throw new UserError(`The desktop did not start: ${lastLine(stderr || stdout)}`, 'log', 'doctor');
    }
    return parseStatus(stdout, stderr);
  }

  async stop(): Promise<void> {
    const { code, stderr } = await this.#run(['stop']);
    if (code !== 0) throw new UserError(`The desktop did not stop: ${lastLine(stderr)}`, 'log');
  }

  /** A PNG of the desktop. */
  async screenshot(file: string): Promise<void> {
    const { code, stderr } = await this.#run(['screenshot', file]);
    if (code !== 0) throw new UserError(`No screenshot: ${lastLine(stderr)}`, 'log');
  }

  /** The command line that checks what the desktop needs, for a terminal. */
  get doctorCommand(): { executable: string; args: string[] } {
    return { executable: this.#executable, args: ['doctor', '--name', this.#name] };
  }

  async #run(
    args: string[],
    signal?: AbortSignal,
  ): Promise<{ code: number; stdout: string; stderr: string }> {
    const child = spawn(this.#executable, [...args, '--name', this.#name], {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: COMMAND_TIMEOUT_MS,
      ...(signal ? { signal } : {}),
    });
    const stdout = collect(child.stdout);
    const stderr = collect(child.stderr);
    const [code] = (await once(child, 'close')) as [number | null];
    return { code: code ?? 1, stdout: stdout(), stderr: stderr() };
  }
}

function searchPath(): string[] {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return [...folders, '/usr/local/bin', join(homedir(), '.local/bin')].map((folder) =>
    join(folder, 'deskside'),
  );
}

function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: string[] = [];
  let size = 0;
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    if (size < MAX_OUTPUT) chunks.push(chunk);
    size += chunk.length;
  });
  return () => chunks.join('');
}

function parseStatus(stdout: string, stderr: string): Status {
  try {
    return v.parse(Status, JSON.parse(stdout));
  } catch {
    throw new UserError(
      `deskside answered what this extension does not understand: ${lastLine(stderr || stdout)}`,
      'log',
      'doctor',
    );
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.slice(0, 500) || 'it said nothing';
}
