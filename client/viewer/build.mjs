/** Bundles the viewer into dist/: what the streamer serves, and the element for other pages. */
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, gzip, constants as zlib } from 'node:zlib';
import { build } from 'esbuild';
import english from './src/words/en.json' with { type: 'json' };

const source = fileURLToPath(new URL('src/', import.meta.url));
const output = fileURLToPath(new URL('dist/', import.meta.url));

/** @type {import('esbuild').BuildOptions} */
const common = {
  bundle: true,
  minify: true,
  target: ['chrome123', 'firefox128', 'safari18'],
  format: 'esm',
  charset: 'utf8',
  legalComments: 'none',
  logLevel: 'warning',
  alias: leanUploads(),
  // Sources run under Node's resolution, which wants extensions; esbuild needs no tsconfig for them.
  tsconfigRaw: { compilerOptions: { useDefineForClassFields: true, verbatimModuleSyntax: true } },
};

/**
 * tus-js-client as it was written, and without what it brings for browsers that have no URL and no base64: 6 KB of the
 * page, gzipped, in place of 16.
 */
function leanUploads() {
  const base64 = 'encode: (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)))';
  return {
    'tus-js-client': 'tus-js-client/lib/browser/index.js',
    'url-parse': 'data:text/javascript,export default URL',
    'js-base64': `data:text/javascript,export const Base64 = { ${base64} }`,
  };
}

/** Builds everything anew and returns the folder. */
export async function buildViewer() {
  await rm(output, { recursive: true, force: true });
  await mkdir(output, { recursive: true });
  const [worker, worklet] = await Promise.all(
    ['core/media/decoder-worker.ts', 'core/audio/worklet.ts'].map(bundleAlone),
  );
  const [page] = await Promise.all([
    bundlePage('page.ts'),
    bundlePage('sign-in.ts'),
    writeFile(`${output}worker.js`, worker),
    writeFile(`${output}sound.js`, worklet),
    build({ ...common, entryPoints: [`${source}ui/page.css`], outdir: output }),
    build({
      ...common,
      format: 'iife',
      entryPoints: { 'remote-desktop': `${source}ui/standalone.ts` },
      outdir: output,
      plugins: [sources({ 'worker-source': worker, 'worklet-source': worklet })],
    }),
    ...['icon.svg', 'icon.png', 'manifest.webmanifest'].map((name) =>
      copyFile(`${source}ui/${name}`, output + name),
    ),
  ]);
  await writePages(page);
  await Promise.all((await readdir(output)).map(compress));
  return output;
}

/**
 * Writes what goes over the wire beside a file, so that no streamer does it again at each of its starts.
 * @param {string} name
 */
async function compress(name) {
  const plain = await readFile(output + name);
  // Quality 9: a twentieth of the time of 11, a few per cent more bytes.
  const params = { [zlib.BROTLI_PARAM_QUALITY]: 9 };
  await writeFile(`${output}${name}.br`, await promisify(brotliCompress)(plain, { params }));
  await writeFile(`${output}${name}.gz`, await promisify(gzip)(plain));
}

/**
 * The script of a page. What it imports dynamically comes in files of its own, when it is needed; what these share with
 * the page lies in one file beside the page's.
 * @param {string} entry below ui/
 * @returns {Promise<string[]>} the names of files that it cannot start without
 */
async function bundlePage(entry) {
  const apart = await bundleInParts(entry, []);
  const shared = apart.needed.flatMap((name) => apart.sources(name)).filter((path) => /\.[jt]s$/.test(path));
  const { needed, write } = await bundleInParts(entry, shared);
  await write();
  return needed;
}

/**
 * esbuild makes a file for each set of parts that share something, and browsers fetch six at a time: so every part has
 * all of what any shares with the page.
 * @param {string} entry below ui/
 * @param {readonly string[]} shared sources that every part is to have
 */
async function bundleInParts(entry, shared) {
  const { metafile, outputFiles } = await build({
    ...common,
    entryPoints: [`${source}ui/${entry}`],
    outdir: output,
    splitting: true,
    metafile: true,
    write: false,
    chunkNames: '[name]-[hash]',
    plugins: [importing(shared)],
  });
  const files = Object.entries(metafile.outputs).map(([path, file]) => ({ name: basename(path), ...file }));
  const page = files.find(({ entryPoint }) => entryPoint?.endsWith(`ui/${entry}`));
  const needed = page?.imports.filter(({ kind }) => kind === 'import-statement') ?? [];
  return {
    needed: needed.map(({ path }) => basename(path)),
    /** @param {string} name of a file that was written */
    sources: (name) => Object.keys(files.find((file) => file.name === name)?.inputs ?? {}),
    write: () => Promise.all(outputFiles.map(({ path, contents }) => writeFile(path, contents))),
  };
}

/**
 * Has every script that is imported dynamically import these sources as well.
 * @param {readonly string[]} sources
 * @returns {import('esbuild').Plugin}
 */
function importing(sources) {
  const imports = sources.map((path) => `import ${JSON.stringify(resolve(path))};`).join('');
  return {
    name: 'importing',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /\.ts$/ }, ({ kind, path, resolveDir }) =>
        kind === 'dynamic-import' ? { path: join(resolveDir, path), pluginData: 'part' } : undefined,
      );
      onLoad({ filter: /\.ts$/ }, async ({ path, pluginData }) =>
        pluginData === 'part'
          ? { contents: (await readFile(path, 'utf8')) + imports, loader: 'ts' }
          : undefined,
      );
    },
  };
}

/**
 * A script that stands alone: it runs on a thread of its own, or in the page before any other.
 * @param {string} entry below src/
 */
async function bundleAlone(entry) {
  const { outputFiles } = await build({
    ...common,
    format: 'iife',
    entryPoints: [`${source}${entry}`],
    write: false,
  });
  return outputFiles[0].text;
}

/**
 * Gives the standalone element the texts of its threads.
 * @param {Record<string, string>} texts by the names under which they are imported
 * @returns {import('esbuild').Plugin}
 */
function sources(texts) {
  return {
    name: 'sources',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^work(er|let)-source$/ }, ({ path }) => ({ path, namespace: 'sources' }));
      onLoad({ filter: /.*/, namespace: 'sources' }, ({ path }) => ({
        contents: texts[path],
        loader: 'text',
      }));
    },
  };
}

/**
 * The pages, and the Content-Security-Policy that they need. Two scripts are inline, allowed by their hashes: one adds a
 * missing trailing slash, without which no address of another file would be right, one begins with the desktop.
 * @param {readonly string[]} preloads files that the desktop's page needs beside its script
 */
async function writePages(preloads) {
  const scripts = await Promise.all(
    ['trailing-slash.js', 'early-start.ts'].map(async (name) => ({
      name,
      script: (await bundleAlone(`ui/${name}`)).trim(),
    })),
  );
  const links = preloads.map((name) => `<link rel="modulepreload" href="${name}" />`).join('');
  for (const page of ['index.html', 'sign-in.html']) {
    const text = await readFile(`${source}ui/${page}`, 'utf8');
    const filled = scripts.reduce(
      (filled, { name, script }) => filled.replace(`<!-- ${name} -->`, () => `<script>${script}</script>`),
      inEnglish(text).replace('<!-- preloads -->', () => links),
    );
    await writeFile(`${output}${page}`, filled);
  }
  const policy = contentSecurityPolicy(scripts.map(({ script }) => script));
  await writeFile(`${output}content-security-policy.txt`, `${policy}\n`);
}

/**
 * Elements with `data-t` name their text. Commands stand in quotes in it.
 * @param {string} page
 */
function inEnglish(page) {
  /** @type {Record<string, string>} */
  const words = english;
  return page.replace(/data-t([^>]*)>([^<]+)</g, (_, rest, key) => {
    const text = words[key];
    if (text === undefined) throw new Error(`words/en.json has no "${key}", which a page names`);
    return `data-t="${key}"${rest}>${text.replace(/"([^"]+)"/g, '<code>$1</code>')}<`;
  });
}

/** @param {readonly string[]} scripts the texts of the inline scripts */
function contentSecurityPolicy(scripts) {
  const hashes = scripts.map((script) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`);
  return [
    `default-src 'none'`,
    `script-src 'self' ${hashes.join(' ')}`,
    `style-src 'self'`,
    // Cursor shapes are data: images.
    `img-src 'self' data:`,
    `worker-src 'self'`,
    `connect-src 'self'`,
    `manifest-src 'self'`,
    `form-action 'self'`,
    `base-uri 'none'`,
  ].join('; ');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(`The viewer is in ${await buildViewer()}`);
}
