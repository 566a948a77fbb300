import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheDirectory } from '../cache.ts';
import { command } from '../engine/command.ts';

/** A program in the Go module proxy. */
export interface GoProgram {
  /** The path under which the proxy has it. */
  module: string;
  version: string;
  /** What its own go.mod calls it, where that differs. */
  declaredAs?: string;
  /** The folder of its `main` package. */
  folder?: string;
  tags?: string[];
  /** Values that the linker sets: `package.name` below the module. */
  variables?: Record<string, string>;
  /** The lines of go.sum for it, where the checksum database does not know the version. */
  sums?: string;
}

/** Go's own caches: 4 GB with everything here, and of use to the next build only. */
const environment = {
  ...process.env,
  GOPATH: join(cacheDirectory, 'go/path'),
  GOMODCACHE: join(cacheDirectory, 'go/mod'),
  GOCACHE: join(cacheDirectory, 'go/build'),
  GOFLAGS: '-buildvcs=false -modcacherw',
  GOTOOLCHAIN: 'local',
  CGO_ENABLED: '0',
};

/**
 * Builds a program to `path`. Go ignores the `replace` lines of a dependency, and some programs need theirs: so it is
 * built from a module of its own that takes over the program's whole go.mod and go.sum.
 *
 * @throws Error with what Go printed
 */
export async function buildGo(program: GoProgram, path: string): Promise<void> {
  const { declaredAs = program.module, folder = '.' } = program;
  const wrapper = await mkdtemp(join(tmpdir(), 'deskside-go-'));
  try {
    await writeWrapper(program, wrapper);
    const fresh = `${path}.new`;
    const flags = [
      '-mod=readonly',
      '-trimpath',
      `-tags=${program.tags?.join() ?? ''}`,
      '-ldflags',
      linking(program),
    ];
    await go(['build', ...flags, '-o', fresh, join(declaredAs, folder)], wrapper);
    await rename(fresh, path);
  } finally {
    await rm(wrapper, { recursive: true, force: true });
  }
}

async function writeWrapper(program: GoProgram, wrapper: string): Promise<void> {
  const { module, version, declaredAs = module, sums } = program;
  const require = `require ${declaredAs} ${declaredAs === module ? version : 'v0.0.0'}`;
  const replace = declaredAs === module ? '' : `replace ${declaredAs} => ${module} ${version}`;
  await writeFile(join(wrapper, 'go.mod'), 'module wrapper\n');
  // With its line in go.sum, Go holds a download against that and asks no database.
  if (sums) await writeFile(join(wrapper, 'go.sum'), sums);
  const { Dir, Sum, GoModSum } = JSON.parse(
    await go(['mod', 'download', '-json', `${module}@${version}`], wrapper),
  );
  const own = `${module} ${version} ${Sum}\n${module} ${version}/go.mod ${GoModSum}\n`;
  const goMod = (await readFile(join(Dir, 'go.mod'), 'utf8')).replace(/^module .*$/m, 'module wrapper');
  await writeFile(join(wrapper, 'go.mod'), `${goMod}\n${require}\n${replace}\n`);
  await writeFile(join(wrapper, 'go.sum'), (await readFile(join(Dir, 'go.sum'), 'utf8')) + own);
}

function linking({ module, declaredAs = module, variables = {} }: GoProgram): string {
  const set = Object.entries(variables).map(([name, value]) => `-X ${declaredAs}/${name}=${value}`);
  return ['-s', '-w', ...set].join(' ');
}

function go(args: string[], cwd: string): Promise<string> {
  return command('go', args, { cwd, env: environment });
}
