// Bundles the extension for its hosts and its webview: `node extension/build.mjs`, then `vsce package`.
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

const home = import.meta.dirname;
const dist = join(home, 'dist');

const common = { bundle: true, minify: true, logLevel: 'warning', legalComments: 'none', target: 'es2022' };

/** A file of its own, which is not even read before it is wanted; by `require`, which gives it `vscode`. */
const deskApart = {
  name: 'desk apart',
  /** @param {import('esbuild').PluginBuild} build */
  setup: (build) =>
    build.onResolve({ filter: /^\.\/desk\.ts$/ }, () => ({ path: './desk.js', external: true })),
};

export async function buildExtension() {
  await rm(dist, { recursive: true, force: true });
  await mkdir(dist, { recursive: true });
  const host = { ...common, external: ['vscode'], format: 'cjs' };
  await Promise.all([
    build({
      ...host,
      plugins: [deskApart],
      supported: { 'dynamic-import': false },
      entryPoints: [join(home, 'src/extension.ts')],
      outfile: join(dist, 'extension.js'),
      platform: 'node',
    }),
    build({
      ...host,
      entryPoints: [join(home, 'src/desk.ts')],
      outfile: join(dist, 'desk.js'),
      platform: 'node',
    }),
    build({
      ...host,
      entryPoints: [join(home, 'src/web.ts')],
      outfile: join(dist, 'web.js'),
      platform: 'browser',
    }),
    build({
      ...common,
      entryPoints: [join(home, 'src/webview/webview.ts')],
      outfile: join(dist, 'webview.js'),
      format: 'esm',
      platform: 'browser',
    }),
    copyFile(join(home, 'src/webview/webview.css'), join(dist, 'webview.css')),
    copyFile(join(home, '../client/viewer/dist/remote-desktop.js'), join(dist, 'remote-desktop.js')),
  ]);
}

if (import.meta.main) {
  const { buildViewer } = await import('../client/viewer/build.mjs');
  await buildViewer();
  await buildExtension();
}
