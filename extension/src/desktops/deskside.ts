import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, constants } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import * as v from 'valibot';
import * as vscode from 'vscode';
import { UserError } from '../errors.ts';

const Running = v.object({
  state: v.literal('running'),
  name: v.string(),
  /** The page's address, without the token. */
  url: v.string(),
  port: v.number(),
  /** X display, `:N`. */
  display: v.string(),
  version: v.string(),
  /** Cookie file that lets X clients in, where the display needs one. */
  xauthority: v.optional(v.string()),
  /** Address of a sound server, where there is sound. */
  pulseServer: v.optional(v.string()),
});
export type Running = v.InferOutput<typeof Running>;

/** What `deskside status --json` and `deskside start --json` print. */
const Status = v.variant('state', [v.object({ state: v.picklist(['stopped', 'starting']) }), Running]);
export type Status = v.InferOutput<typeof Status>;

/** A link that lets somebody else in. */
const Share = v.object({
  id: v.string(),
  role: v.picklist(['viewer', 'controller']),
  /** Whom it is for; may be empty. */
  label: v.string(),
  /** ISO 8601. */
  expires: v.string(),
  /** The page's address with the link's token: whoever has it has that role. */
  url: v.string(),
});
export type Share = v.InferOutput<typeof Share>;

const Person = v.object({
  /** Tells them apart. */
  viewer: v.string(),
  role: v.picklist(['viewer', 'controller']),
  /** Whom their link is for; may be empty. */
  label: v.string(),
  owner: v.boolean(),
});
export type Person = v.InferOutput<typeof Person>;

/** What `deskside list --json` prints of each desktop. */
const Listed = v.object({
  ...Running.entries,
  /** Only where `--name` does not lead there. */
  stateDir: v.optional(v.string()),
  people: v.array(Person),
  links: v.array(Share),
});
export type Listed = v.InferOutput<typeof Listed>;

/** Longest that a `deskside` command may take, ms; `start` waits for the desktop and has its own limit inside. */
const COMMAND_TIMEOUT_MS = 60_000;

/** Most that is kept of a command's output, bytes: the longest is `doctor`'s table. */
const MAX_OUTPUT = 1024 * 1024;

/** Exit code of commands that need a desktop which does not run. */
const NOT_RUNNING = 3;

interface Output {
  code: number;
  stdout: string;
  stderr: string;
}

/** The program `deskside` of this workspace. */
export class Deskside {
  readonly #executable: string;
  /** Says which of the desktops is meant. */
  readonly #which: readonly string[];

  /** @param place the desktop's name, or the path of its state directory where no name leads there */
  constructor(executable: string, place: string) {
    this.#executable = executable;
    this.#which = [place.startsWith('/') ? '--state-dir' : '--name', place];
  }

  /**
   * @param setting path from the settings; empty to search
   * @returns undefined where the workspace has none
   */
  static async find(setting: string, place: string): Promise<Deskside | undefined> {
    const candidates = setting ? [setting] : searchPath();
    for (const candidate of candidates) {
      if (await isExecutable(candidate)) return new Deskside(candidate, place);
    }
    return undefined;
  }

  async status(): Promise<Status> {
    return this.#parseAs(Status, await this.#run(['status', '--json']));
  }

  /** Every desktop of this person that runs on the machine, whichever this one is. */
  async list(): Promise<Listed[]> {
    return this.#parseAs(v.array(Listed), await this.#execute(['list', '--json']));
  }

  /** A desktop that runs, its address with its token: whoever has that has the desktop. Undefined: it does not run. */
  async locate(): Promise<Running | undefined> {
    const output = await this.#run(['url', '--json']);
    return output.code === NOT_RUNNING ? undefined : this.#parseAs(Running, output);
  }

  /** Starts the desktop where it is not running and waits until it is ready. */
  async start(signal: AbortSignal): Promise<Running> {
    const output = await this.#run(['start', '--json'], signal);
    if (output.code !== 0) {
      const said = lastLine(output.stderr || output.stdout);
      throw new UserError(vscode.l10n.t('The desktop did not start: {0}', said), 'log', 'doctor');
    }
    const status = await this.#parseAs(Status, output);
    if (status.state === 'running') return status;
    throw new UserError(
      vscode.l10n.t('The desktop did not start: {0}', lastLine(output.stderr)),
      'retry',
      'doctor',
    );
  }

  async stop(): Promise<void> {
    const { code, stderr } = await this.#run(['stop']);
    if (code !== 0)
      throw new UserError(vscode.l10n.t('The desktop did not stop: {0}', lastLine(stderr)), 'log');
  }

  /** Makes a link that lets somebody else in. @param expires how long it is good, e.g. `8h` */
  async share(role: Share['role'], expires: string): Promise<Share> {
    const output = await this.#run(['share', '--role', role, '--expires', expires, '--json']);
    if (output.code !== 0)
      throw new UserError(vscode.l10n.t('No link was made: {0}', lastLine(output.stderr)), 'log');
    return this.#parseAs(Share, output);
  }

  /** Ends a link: whoever came by it is shown out. */
  async revoke(id: string): Promise<void> {
    const { code, stderr } = await this.#run(['share', '--revoke', id]);
    if (code !== 0)
      throw new UserError(vscode.l10n.t('The link was not revoked: {0}', lastLine(stderr)), 'log');
  }

  /** A PNG of the desktop. */
  async screenshot(file: string): Promise<void> {
    const { code, stderr } = await this.#run(['screenshot', file]);
    if (code !== 0) throw new UserError(vscode.l10n.t('No screenshot: {0}', lastLine(stderr)), 'log');
  }

  /** The command line that checks what the desktop needs, for a terminal. */
  get doctorCommand(): { executable: string; args: string[] } {
    return { executable: this.#executable, args: ['doctor', ...this.#which] };
  }

  /** @throws UserError that names both versions where what the program says is not what this extension expects */
  async #parseAs<S extends v.GenericSchema>(schema: S, output: Output): Promise<v.InferOutput<S>> {
    try {
      return v.parse(schema, JSON.parse(output.stdout));
    } catch {
      const theirs = lastLine((await this.#execute(['--version'])).stdout);
      const ours = vscode.extensions.getExtension('deskside.deskside')?.packageJSON.version;
      throw new UserError(
        vscode.l10n.t(
          'This extension is version {0} and does not understand the deskside program of the workspace, version {1}: {2} Update the older one: the extension in the editor, the program by rebuilding the container or the template.',
          ours,
          theirs,
          lastLine(output.stderr || output.stdout),
        ),
        'log',
        'documentation',
      );
    }
  }

  #run(args: string[], signal?: AbortSignal): Promise<Output> {
    return this.#execute([...args, ...this.#which], signal);
  }

  async #execute(args: string[], signal?: AbortSignal): Promise<Output> {
    const child = spawn(this.#executable, args, {
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

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.slice(0, 500) || vscode.l10n.t('it said nothing.');
}
