// node client/coder/build.mjs [FOLDER]: the package as it is published, into client/coder/dist by default.
import { execFileSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { apiDocument } from './api-document.mjs';

/** What a page pays for the whole client, minified and gzipped, bytes. */
const MAX_SIZE = 10 * 1024;

const TSC = join(import.meta.dirname, '../../node_modules/.bin/tsc');
const home = import.meta.dirname;

/**
 * @param {string} target folder that is made anew
 * @returns {Promise<string>} that folder
 */
export async function buildCoderClient(target) {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const sources = { entryPoints: ['index', 'node'].map((name) => join(home, `src/${name}.ts`)) };
  const form = { bundle: true, format: 'esm', target: 'es2022', platform: 'neutral', external: ['node:*'] };
  await build({ ...sources, ...form, outdir: target });
  declarations(target);
  checkSize(await build({ ...form, entryPoints: [join(home, 'src/index.ts')], minify: true, write: false }));
  writeFileSync(join(target, 'package.json'), `${JSON.stringify(publishedPackage(), null, 2)}\n`);
  writeFileSync(join(target, 'API.md'), apiDocument(target));
  cpSync(join(home, 'README.md'), join(target, 'README.md'));
  cpSync(join(home, '../../LICENSE'), join(target, 'LICENSE'));
  return target;
}

/** @param {string} target */
function declarations(target) {
  execFileSync(TSC, ['-p', join(home, 'tsconfig.build.json'), '--outDir', target], { stdio: 'inherit' });
  for (const file of globSync(join(target, '*.d.ts'))) {
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replaceAll(/(from '\.\/[\w-]+)\.ts'/g, "$1.js'"));
  }
}

/** @param {import('esbuild').BuildResult} result */
function checkSize({ outputFiles = [] }) {
  const size = outputFiles.reduce((sum, { contents }) => sum + gzipSync(contents).length, 0);
  console.log(`@deskside/coder: ${size} bytes minified and gzipped (at most ${MAX_SIZE})`);
  if (size > MAX_SIZE)
    throw new Error('The Coder client has grown beyond its limit: find out what came into it.');
}

function publishedPackage() {
  const source = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
  const entry = (name) => ({ types: `./${name}.d.ts`, default: `./${name}.js` });
  return { ...source, exports: { '.': entry('index'), './node': entry('node') } };
}

if (import.meta.main) await buildCoderClient(resolve(process.argv[2] ?? join(home, 'dist')));
