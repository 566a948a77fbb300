import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);
const HOME = join(import.meta.dirname, '..');
const MODULES = join(HOME, '../../node_modules');

test('the published package is small, typed, and runs without this repository', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'deskside-package-'));
  try {
    const { stdout } = await run(process.execPath, [
      join(HOME, 'build.mjs'),
      join(folder, 'node_modules/@deskside/coder'),
    ]);
    expect(stdout).toMatch(/\d+ bytes minified and gzipped/);
    await writeFile(
      join(folder, 'use.mts'),
      `import { CoderClient, appUrl, type Workspace } from '@deskside/coder';
       import { findCredentials } from '@deskside/coder/node';
       const client: CoderClient = new CoderClient({ url: 'https://coder.example.com/' });
       const list: () => AsyncGenerator<Workspace> = () => client.allWorkspaces();
       console.log(client.url, typeof list, typeof appUrl, typeof findCredentials);`,
    );
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(STRICT));
    await run(join(MODULES, '.bin/tsc'), ['-p', folder]);
    const used = await run(process.execPath, [join(folder, 'use.mts')]);
    expect(used.stdout.trim()).toBe('https://coder.example.com function function function');
    const api = await readFile(join(folder, 'node_modules/@deskside/coder/API.md'), 'utf8');
    for (const name of ['watchWorkspace', 'CoderErrorCode', 'findCredentials', 'interface Workspace ']) {
      expect(api).toContain(name);
    }
    expect(api).not.toContain('#private');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 60_000);

const STRICT = {
  files: ['use.mts'],
  compilerOptions: {
    module: 'nodenext',
    strict: true,
    noEmit: true,
    types: ['node'],
    typeRoots: [join(MODULES, '@types')],
    lib: ['esnext', 'dom'],
    skipLibCheck: false,
  },
};
