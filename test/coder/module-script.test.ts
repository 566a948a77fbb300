import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { test as base, expect } from 'vitest';
import { MODULE, TerraformFolder, variableFlags } from '../support/coder/module.ts';
import { buildProviders } from '../support/coder/providers.ts';
import { command } from '../support/engine/command.ts';

/**
 * Writes down how it is called. Its doctor is content once apt-get has run where packages are missing; its desktop runs
 * with the token that it was given, unless another is there.
 */
const DESKSIDE = `#!/bin/sh
echo "$0 $*" >>"$HOME/calls"
case $1 in
  doctor) [ ! -e "$HOME/missing" ] || { echo "missing  X server: apt-get install xvfb"; exit 1; } ;;
  url) echo "http://127.0.0.1:6080/?token=$(cat "$HOME/other-token" 2>/dev/null || cat "$DESKSIDE_TOKEN_FILE")" ;;
esac
`;

const APT_GET = '#!/bin/sh\necho "apt-get $*" >>"$HOME/calls"\nrm -f "$HOME/missing"\n';

/** What the script may use of this machine: neither its deskside nor its apt-get. */
const TOOLS = [
  'bash',
  'sh',
  'cat',
  'mkdir',
  'rm',
  'mv',
  'ln',
  'cp',
  'tar',
  'gzip',
  'base64',
  'readlink',
  'uname',
].concat(['mktemp', 'sha256sum', 'awk', 'curl', 'env', 'sleep', 'chmod']);

interface Ended {
  code: number;
  output: string;
}

/** A workspace's machine: a home, programs, and a mirror of a release. */
class Machine implements AsyncDisposable {
  readonly folder: string;

  static async create(): Promise<Machine> {
    const machine = new Machine(await mkdtemp(join(tmpdir(), 'deskside-script-')));
    for (const name of ['home', 'programs', 'links', 'mirror']) await mkdir(join(machine.folder, name));
    for (const tool of TOOLS) {
      const path = (await command('sh', ['-c', `command -v ${tool}`])).trim();
      await symlink(path, join(machine.folder, 'programs', tool));
    }
    await machine.program('apt-get', APT_GET);
    await machine.beRoot(true);
    return machine;
  }

  private constructor(folder: string) {
    this.folder = folder;
  }

  get mirror(): string {
    return `file://${this.folder}/mirror`;
  }

  async program(name: string, text: string): Promise<void> {
    const path = join(this.folder, 'programs', name);
    await writeFile(path, text);
    await chmod(path, 0o755);
  }

  async beRoot(root: boolean): Promise<void> {
    await this.program('id', `#!/bin/sh\necho ${root ? 0 : 1000}\n`);
  }

  async homeFile(name: string, text = ''): Promise<void> {
    await writeFile(join(this.folder, 'home', name), text);
  }

  /** @returns what was called so far, one line each, without folders */
  async calls(): Promise<string[]> {
    const text = await readFile(join(this.folder, 'home/calls'), 'utf8').catch(() => '');
    return text
      .trimEnd()
      .replaceAll(/\S*\/(?=\S)/g, '')
      .split('\n');
  }

  /** Puts a release into the mirror whose `deskside` is the stub. @returns the archive's SHA-256 */
  async publish(): Promise<string> {
    const name = `deskside-0.1.0-linux-${process.arch}`;
    const program = join(this.folder, name, 'bin/deskside');
    await mkdir(join(this.folder, name, 'bin'), { recursive: true });
    await writeFile(program, DESKSIDE);
    await chmod(program, 0o755);
    const archive = join(this.folder, 'mirror', `${name}.tar.gz`);
    await command('tar', ['-czf', archive, '-C', this.folder, name]);
    const sum = createHash('sha256')
      .update(await readFile(archive))
      .digest('hex');
    await writeFile(join(this.folder, 'mirror/SHA256SUMS'), `${sum}  ${name}.tar.gz\n`);
    return sum;
  }

  run(script: string): Promise<Ended> {
    const env = {
      HOME: join(this.folder, 'home'),
      PATH: join(this.folder, 'programs'),
      CODER_SCRIPT_BIN_DIR: join(this.folder, 'links'),
    };
    return new Promise((resolve) => {
      execFile(join(this.folder, 'programs/bash'), ['-c', script], { env }, (error, stdout, stderr) =>
        resolve({ code: Number(error?.code ?? 0), output: stdout + stderr }),
      );
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

await buildProviders(['coder/coder']);

const test = base
  .extend('folder', { scope: 'file' }, MODULE)
  .extend('terraform', { scope: 'file' }, async ({ folder }, { onCleanup }) => {
    const terraform = await TerraformFolder.copyOf(folder);
    onCleanup(() => terraform[Symbol.asyncDispose]());
    return terraform;
  })
  .extend('machine', async ({ terraform: _ }, { onCleanup }) => {
    const machine = await Machine.create();
    onCleanup(() => machine[Symbol.asyncDispose]());
    return machine;
  });

/** The script as Coder's agent gets it. */
async function scriptOf(terraform: TerraformFolder, variables: Record<string, string> = {}): Promise<string> {
  await terraform.run('apply', '-auto-approve', ...variableFlags({ agent_id: 'an-agent', ...variables }));
  const { values } = JSON.parse(await terraform.run('show', '-json'));
  const resources: { type: string; values: { script: string } }[] = values.root_module.resources;
  return resources.find(({ type }) => type === 'coder_script')!.values.script;
}

test('a release is fetched, verified, installed and started, once', async ({ terraform, machine }) => {
  await machine.publish();
  const script = await scriptOf(terraform, { source_url: machine.mirror });
  expect(await machine.run(script)).toMatchObject({
    code: 0,
    output: expect.stringContaining('desktop is ready'),
  });
  await rm(join(machine.folder, 'mirror'), { recursive: true });
  expect((await machine.run(script)).code).toBe(0);
  expect(await machine.calls()).toEqual(
    ['doctor', 'start', 'url', 'doctor', 'start', 'url'].map((name) => `deskside ${name}`),
  );
  expect((await command('readlink', [join(machine.folder, 'links/deskside')])).trim()).toMatch(
    /0\.1\.0\/bin\/deskside$/,
  );
});

test('two at once both succeed', async ({ terraform, machine }) => {
  await machine.publish();
  const script = await scriptOf(terraform, { source_url: machine.mirror });
  const ended = await Promise.all([machine.run(script), machine.run(script)]);
  expect(ended.map(({ code }) => code)).toEqual([0, 0]);
});

test('an archive with another checksum is not used', async ({ terraform, machine }) => {
  await machine.publish();
  const script = await scriptOf(terraform, { source_url: machine.mirror, source_sha256: '0'.repeat(64) });
  const { code, output } = await machine.run(script);
  expect(code).toBe(1);
  expect(output).toMatch(/it is not used\. Check the mirror and source_sha256/);
  expect(await machine.calls()).toEqual(['']);
});

test('a given checksum needs no SHA256SUMS', async ({ terraform, machine }) => {
  const sum = await machine.publish();
  await rm(join(machine.folder, 'mirror/SHA256SUMS'));
  const script = await scriptOf(terraform, { source_url: machine.mirror, source_sha256: sum });
  expect((await machine.run(script)).code).toBe(0);
});

test('a mirror without the release says what to set', async ({ terraform, machine }) => {
  const { code, output } = await machine.run(await scriptOf(terraform, { source_url: machine.mirror }));
  expect(code).toBe(1);
  expect(output).toMatch(/could not be fetched .+set source_url to a mirror/);
});

test('install = "never" without an installed one says so', async ({ terraform, machine }) => {
  const { code, output } = await machine.run(await scriptOf(terraform, { install: 'never' }));
  expect(code).toBe(1);
  expect(output).toContain('Put it into the image');
});

test('an installed one is used; the scripts before and after it run', async ({ terraform, machine }) => {
  await machine.program('deskside', DESKSIDE);
  const script = await scriptOf(terraform, {
    pre_install_script: 'echo "before" >>"$HOME/calls"',
    post_install_script: 'echo "after $DISPLAY" >>"$HOME/calls"',
  });
  expect((await machine.run(script)).code).toBe(0);
  const expected = ['before', 'deskside doctor', 'deskside start', 'deskside url', 'after :20'];
  expect(await machine.calls()).toEqual(expected);
});

test('a terminal finds the same settings in a file, whatever is in them', async ({ terraform, machine }) => {
  await machine.program('deskside', DESKSIDE);
  const difficult = { codec: 'a # "b"', encoder: "it's", transport: `"both" kinds' of #` };
  const variables = { settings: JSON.stringify(difficult), files_dir: '~/exchange', share: 'authenticated' };
  const script = await scriptOf(terraform, { ...variables, slug: 'second' });
  expect((await machine.run(script)).code).toBe(0);
  const folder = join(machine.folder, 'home/.coder-modules/deskside/deskside');
  const file = join(folder, 'second.env');
  expect(parseEnv(await readFile(file, 'utf8'))).toMatchObject({
    DESKSIDE_CODEC: difficult.codec,
    DESKSIDE_ENCODER: difficult.encoder,
    DESKSIDE_TRANSPORT: difficult.transport,
    DESKSIDE_FILES_DIR: join(machine.folder, 'home/exchange'),
    DESKSIDE_TOKEN_FILE: join(folder, 'second.token'),
  });
  for (const secret of ['second.env', 'second.token', 'second.viewer-token']) {
    expect((await stat(join(folder, secret))).mode & 0o077).toBe(0);
  }
});

test('a desktop that something else has started is taken over', async ({ terraform, machine }) => {
  await machine.program('deskside', DESKSIDE);
  await machine.homeFile('other-token', 'of-the-feature');
  expect((await machine.run(await scriptOf(terraform))).code).toBe(0);
  expect((await machine.calls()).at(-1)).toBe('deskside restart');
});

test('missing packages are installed where that asks no password', async ({ terraform, machine }) => {
  await machine.program('deskside', DESKSIDE);
  await machine.homeFile('missing');
  expect((await machine.run(await scriptOf(terraform, { desktop: 'openbox' }))).code).toBe(0);
  const calls = await machine.calls();
  expect(calls[1]).toMatch(/^apt-get .*update$/);
  expect(calls[2]).toMatch(/^apt-get .*install .*xvfb.* openbox /);
  expect(calls.slice(3)).toEqual(['deskside doctor', 'deskside start', 'deskside url']);
});

test('without sudo it names the line for the Dockerfile', async ({ terraform, machine }) => {
  await machine.program('deskside', DESKSIDE);
  await machine.homeFile('missing');
  await machine.beRoot(false);
  const { code, output } = await machine.run(await scriptOf(terraform));
  expect(code).toBe(1);
  expect(output).toMatch(/^RUN apt-get update && apt-get install -y .*xvfb.* xfce4-session /m);
  expect(output).toContain('missing  X server');
});

test('the token is in a file of its owner alone, and in no output', async ({ terraform, machine }) => {
  await machine.program('deskside', DESKSIDE);
  const script = await scriptOf(terraform);
  const { output } = await machine.run(script);
  const token = /^TOKEN='(\w+)'$/m.exec(script)![1]!;
  const file = join(machine.folder, 'home/.coder-modules/deskside/deskside/default.token');
  expect(await readFile(file, 'utf8')).toBe(`${token}\n`);
  expect((await command('stat', ['-c', '%a', file])).trim()).toBe('600');
  expect(output).not.toContain(token);
});
