// Bundles the tests that run inside VS Code's extension host into extension/dist-test.
import { join } from 'node:path';
import { build } from 'esbuild';

const home = import.meta.dirname;

export async function buildHostTests() {
  const outdir = join(home, '../dist-test');
  await build({
    entryPoints: [join(home, 'run.ts'), join(home, 'extension.test.ts')],
    outdir,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['vscode', 'mocha'],
    logLevel: 'warning',
  });
  return join(outdir, 'run.cjs');
}
